import type { PlaybackImage } from "../types.ts";
import { acanthusMollis } from "./acanthus-mollis.ts";
import { airplaneFromAbove } from "./airplane-from-above.ts";
import { alliumOreophilum } from "./allium-oreophilum.ts";
import { blackCanyon } from "./black-canyon.ts";
import { dustBowlHome } from "./dust-bowl-home.ts";
import { frenchAlpineLandscape } from "./french-alpine-landscape.ts";
import { locomotionHouseCat } from "./locomotion-house-cat.ts";
import { marchPastoral } from "./march-pastoral.ts";
import { nagasakiBoats } from "./nagasaki-boats.ts";

/** The pictures whose replies were written by hand. */
export const playbackImages: readonly PlaybackImage[] = [
  nagasakiBoats,
  locomotionHouseCat,
  dustBowlHome,
  blackCanyon,
  acanthusMollis,
  airplaneFromAbove,
  alliumOreophilum,
  frenchAlpineLandscape,
  marchPastoral,
];
