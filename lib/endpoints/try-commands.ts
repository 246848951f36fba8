import "server-only";
import { probePurpose } from "#lib/endpoints/probe-commands.ts";
import { testEndpoint, testPurpose } from "#lib/endpoints/test-call-commands.ts";
import type { TryEvent, TrySubject } from "#lib/endpoints/try-schema.ts";

/**
 * Tries what was asked for and tells how it goes. It goes on where nobody listens any more: what it found is kept, and
 * what it sent is paid for. Throws where nothing could begin.
 */
export async function tryEndpoint(
  actor: { projectId: string; actorId: string },
  subject: TrySubject,
  emit: (event: TryEvent) => void,
): Promise<void> {
  const onWait = (message: string | null) => emit({ type: "waiting", message });
  switch (subject.kind) {
    case "endpoint":
      return emit({ type: "tested", results: await testEndpoint(actor, subject.endpointId, { onWait }) });
    case "purpose":
      return emit({ type: "tested", results: [await testPurpose(actor, subject.purpose, { onWait })] });
    case "probe":
      await probePurpose(actor, subject.purpose, { onWait });
      return emit({ type: "probed" });
  }
}
