import "server-only";
import { db } from "#lib/db/client.ts";
import { ensureDefaultEndpoints, updateEndpoint } from "#lib/endpoints/commands.ts";
import { capabilitiesSchema } from "#lib/endpoints/schema.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { ensureDefaultPrompts } from "#lib/prompts/commands.ts";
import { putBytes } from "#lib/storage/storage.ts";

/** The key that tests give their endpoint, so that they can look for it where it must not be. */
export const TEST_KEY = "sk-test-0123456789-abcdefghij-wxyz";

export const TEST_DESCRIPTION =
  "A red wooden boat lies on a pebble beach beside a white lighthouse with a green door. Three gulls stand on the boat's bow. " +
  "A coil of yellow rope hangs from the stern, and the name Aurora is painted in blue letters on the side. Two brown barrels stand " +
  "to the left of the boat. The sky is grey, and low waves break behind it. A black dog sits in front of the lighthouse.";

export type TestProject = { projectId: string; userId: string; endpointId: string; imageId: string };

let made = 0;

/** For tests: a project with an owner and one image, whose endpoint is a simulator at the given address. */
export async function createTestProject(
  baseUrl: string,
  options: { timeoutSeconds?: number } = {},
): Promise<TestProject> {
  made += 1;
  const user = await db().user.create({ data: { email: `owner-${made}@example.org`, name: "Owner" } });
  const { id: projectId } = await db().project.create({
    data: { name: `Project ${made}`, memberships: { create: { userId: user.id, role: "owner" } } },
  });
  await ensureDefaultEndpoints(projectId);
  await ensureDefaultPrompts(projectId);
  const endpoint = await db().endpoint.findFirstOrThrow({ where: { projectId } });
  await updateEndpoint({ projectId, actorId: user.id }, endpoint.id, {
    name: "Test server",
    baseUrl,
    apiKey: TEST_KEY,
    capabilities: capabilitiesSchema.parse(endpoint.capabilities),
    concurrency: 8,
    timeoutSeconds: options.timeoutSeconds ?? 10,
  });
  const imageId = await createTestImage(projectId, "beach", TEST_DESCRIPTION);
  return { projectId, userId: user.id, endpointId: endpoint.id, imageId };
}

/** For tests: an image of this project with its file. */
export async function createTestImage(
  projectId: string,
  externalId: string,
  description: string,
): Promise<string> {
  const bytes = await makePicture(made, { width: 900, height: 700 });
  const storageKey = `images/${projectId}/${externalId}/original.jpg`;
  await putBytes(storageKey, bytes, { contentType: "image/jpeg" });
  const image = await db().image.create({
    data: {
      projectId,
      externalId,
      fileName: `${externalId}.jpg`,
      description,
      mime: "image/jpeg",
      bytes: bytes.length,
      width: 900,
      height: 700,
      storageKey,
    },
  });
  return image.id;
}
