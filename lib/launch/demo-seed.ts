import "server-only";
import { AppError } from "#lib/errors.ts";

export type DemoSeedOptions = { email: string; password: string; onProgress?(sentence: string): void };

/** Fills an empty database with the demo project and its user. */
export async function seedDemo(_options: DemoSeedOptions): Promise<void> {
  throw new AppError("unavailable", "This checkout has no demo project yet: start with SECOND_LOOK_DEMO=0.");
}
