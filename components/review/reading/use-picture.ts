"use client";

import { useEffect, useState } from "react";

export type PictureSight = ReturnType<typeof usePicture>;

/** What is known of the picture of the trace in hand. */
export type PictureState = "waiting" | "shown" | "missing" | "failed";

/**
 * Whether a trace may be judged by what is on the screen: its picture is shown, or known to be missing from the project
 * and the reviewer said that it be judged all the same. One that could not be fetched has to be fetched first.
 *
 * Traces of one image come one after another while the picture stays, and a trace that was answered from the image opens
 * beside it: each `sight` (see `sightOf`) has to be painted before it counts as seen.
 */
export function usePicture(imageId: string, sight: string) {
  const [told, setTold] = useState<{ imageId: string; how: Exclude<PictureState, "waiting"> } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [withoutFor, setWithoutFor] = useState<string | null>(null);
  const [painted, setPainted] = useState<{ sight: string; at: number } | null>(null);
  const how: PictureState = told?.imageId === imageId ? told.how : "waiting";
  const mayBeJudged = how === "shown" || (how === "missing" && withoutFor === imageId);

  useEffect(() => {
    if (!mayBeJudged) return;
    // The second frame begins when the first one is on the screen.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setPainted({ sight, at: performance.now() }));
    });
    return () => cancelAnimationFrame(frame);
  }, [mayBeJudged, sight]);

  return {
    how,
    /** When the trace came on the screen with its picture (`performance.now`); null before. */
    shownAt: mayBeJudged && painted?.sight === sight ? painted.at : null,
    /** The picture is missing, and the reviewer has not said yet that it be judged without it. */
    asksWithout: how === "missing" && !mayBeJudged,
    /** Counts how often it was asked for; another number makes the viewer begin anew. */
    attempt,
    fetchAgain: () => {
      setTold(null);
      setAttempt(attempt + 1);
    },
    judgeWithout: () => setWithoutFor(imageId),
    onShown: (shown: Exclude<PictureState, "waiting">) => setTold({ imageId, how: shown }),
  };
}
