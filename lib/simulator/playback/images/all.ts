import type { PlaybackImage } from "../types.ts";

/** The pictures whose replies were written by hand. */
export const playbackImages: readonly PlaybackImage[] = [];
