import { db } from "#lib/db/client.ts";
import { ensureDefaultEndpoints } from "#lib/endpoints/commands.ts";
import { makePicture } from "#lib/images/test-pictures.ts";
import { ensureDefaultPrompts } from "#lib/prompts/commands.ts";
import { putBytes } from "#lib/storage/storage.ts";

/** A project for tests whose every model is the simulator at the given address. */
export async function makeTestProject(
  images: number,
  endpoint: { baseUrl: string; concurrency?: number; timeoutMs?: number },
): Promise<{ projectId: string; imageIds: string[]; endpointId: string }> {
  const project = await db().project.create({ data: { name: `Test ${crypto.randomUUID()}` } });
  await ensureDefaultEndpoints(project.id);
  await ensureDefaultPrompts(project.id);
  const { id: endpointId } = await db().endpoint.findFirstOrThrow({ where: { projectId: project.id } });
  await db().endpoint.update({
    where: { id: endpointId },
    data: { isSimulator: false, concurrency: 32, timeoutMs: 20_000, ...endpoint },
  });

  const imageIds: string[] = [];
  for (let index = 0; index < images; index += 1) {
    const storageKey = `test/${project.id}/${index}/original.png`;
    await putBytes(storageKey, await makePicture(index, { format: "png" }), { contentType: "image/png" });
    const image = await db().image.create({
      data: {
        projectId: project.id,
        externalId: `image-${index}`,
        fileName: `image-${index}.png`,
        description: describeScene(index),
        storageKey,
        mime: "image/png",
        width: 64,
        height: 48,
      },
    });
    imageIds.push(image.id);
  }
  return { projectId: project.id, imageIds, endpointId };
}

const COLOURS = ["red", "blue", "green", "yellow", "white", "black", "brown", "orange"];
const THINGS = ["chair", "boat", "bicycle", "dog", "lamp", "bench", "car", "cup"];

function describeScene(index: number): string {
  const colour = COLOURS[index % COLOURS.length];
  const thing = THINGS[(index * 3) % THINGS.length];
  const count = ["two", "three", "four", "five"][index % 4];
  return (
    `A ${colour} ${thing} number ${index} stands on the left of a wooden table. ${count} white plates lie on the table. ` +
    `A sign on the wall reads "OPEN ${index}". The wall behind is made of grey brick, and a small metal clock hangs above the door.`
  );
}
