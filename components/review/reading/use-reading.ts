"use client";

import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { CommandHandlers } from "#components/keys/key-provider.tsx";
import { applyOps } from "#components/review/reading/finding-ops.ts";
import { othersPlaces } from "#components/review/reading/others-places.ts";
import {
  findUnrated,
  isSamePlace,
  isThought,
  moveStage,
  moveStep,
  type Place,
  stagesOf,
} from "#components/review/reading/places.ts";
import type { Outbox } from "#components/review/reading/use-outbox.ts";
import type { ImageViewerHandle } from "#components/viewer/image-viewer.tsx";
import type { Region } from "#lib/images/region-schema.ts";
import type {
  Findings,
  MarkInput,
  StepMarkView,
  StepRatingName,
  TracePartName,
} from "#lib/review/marks-schema.ts";
import type { ReviewTraceView } from "#lib/review/notes-schema.ts";
import { type Taint, traceTaint } from "#lib/traces/taint.ts";

export type Reading = ReturnType<typeof useReading>;

interface State {
  traceId: string;
  focus: Place | null;
  hovered: Place | null;
  hoveredRegionId: string | null;
  selectedRegionId: string | null;
  isDescriptionOpen: boolean;
  folded: readonly TracePartName[];
}

const NO_REGIONS: Region[] = [];
const NOTHING: Findings = { marks: [], regions: [], firstError: null };

/**
 * Going through the steps of the trace in hand and marking them: what is in focus, what is marked, what follows from
 * the first error. It begins anew with each trace, while the picture stays where traces share it.
 */
export function useReading(
  trace: ReviewTraceView | null,
  outbox: Outbox,
  viewer: RefObject<ImageViewerHandle | null>,
) {
  const traceId = trace?.id ?? "";
  const [kept, setState] = useState<State>(() => startOf(traceId));
  const state = kept.traceId === traceId ? kept : startOf(traceId);
  // What is fetched back by undo begins anew, too, whether or not a step of the trace in between was looked at.
  useEffect(() => setState((before) => (before.traceId === traceId ? before : startOf(traceId))), [traceId]);
  const change = (part: Partial<State>) =>
    setState((before) => ({ ...(before.traceId === traceId ? before : startOf(traceId)), ...part }));
  /** The step whose element takes the keyboard focus once it is there. */
  const moveTo = useRef<Place | null>(null);

  const findings = useMemo(() => {
    if (!trace) return NOTHING;
    const own = outbox.waiting.filter(({ input }) => input.traceId === trace.id);
    return own.length === 0
      ? trace.notes.own
      : applyOps(trace.notes.own, own, trace.notes.steps, new Date().toISOString());
  }, [trace, outbox.waiting]);
  const steps = trace?.notes.steps ?? null;
  const theirs = useMemo(() => othersPlaces(trace), [trace]);
  const regions = useMemo(() => [...findings.regions, ...theirs.regions], [findings, theirs]);
  const taint = useMemo(() => (steps ? taintOf(steps, findings) : null), [steps, findings]);
  const marks = useMemo(
    () => new Map(findings.marks.map((mark) => [keyOf(mark.part, mark.stepKey), mark])),
    [findings],
  );
  /** Regions that prove the step, whoever said so. */
  const regionsOf = (place: Place | null): string[] => {
    const own = markOf(place)?.regionIds ?? [];
    if (!place || theirs.marks.length === 0) return own;
    return [
      ...own,
      ...theirs.marks.filter((mark) => isSamePlace(mark, place)).flatMap((mark) => mark.regionIds),
    ];
  };
  const markOf = (place: Place | null): StepMarkView | null =>
    (place && marks.get(keyOf(place.part, place.stepKey))) ?? null;

  // The focus moves when the step is on the page: its stage may have been folded when the key was pressed.
  useEffect(() => {
    const place = moveTo.current;
    if (!place || !isSamePlace(place, state.focus)) return;
    moveTo.current = null;
    const element = document.querySelector<HTMLElement>(`[data-step="${keyOf(place.part, place.stepKey)}"]`);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest" });
  });

  const comments = useMemo(() => {
    const open = (trace?.notes.comments ?? []).filter(({ isResolved, stepKey }) => !isResolved && stepKey);
    return Map.groupBy(open, ({ part, stepKey }) => `${part}:${stepKey}`);
  }, [trace]);

  const stages = steps ? stagesOf(steps, state.isDescriptionOpen) : [];

  function goTo(place: Place | null) {
    if (!place) return;
    moveTo.current = place;
    change({
      focus: place,
      selectedRegionId: null,
      folded: state.folded.filter((part) => part !== place.part),
      ...(place.part === "description" ? { isDescriptionOpen: true } : {}),
    });
  }

  /** Changes the mark of a step; what is not named stays as it is. */
  function mark(place: Place, part: Partial<Pick<MarkInput, "rating" | "isNotVisible" | "regionIds">>) {
    if (!isThought(place.part)) return;
    const before = markOf(place);
    outbox.send({
      verb: "mark",
      input: {
        traceId,
        part: place.part,
        stepKey: place.stepKey,
        rating: before?.rating ?? null,
        isNotVisible: before?.isNotVisible ?? false,
        regionIds: before?.regionIds ?? [],
        note: before?.note ?? "",
        ...part,
      },
    });
  }

  function rate(rating: StepRatingName) {
    const { focus } = state;
    if (!focus) return goToFirst();
    mark(focus, { rating: markOf(focus)?.rating === rating ? null : rating });
  }

  function toggleNotVisible() {
    const { focus } = state;
    if (!focus) return goToFirst();
    const before = markOf(focus);
    const isNotVisible = !before?.isNotVisible;
    // Nobody has said more of it yet: what nothing in the image shows is doubtful until somebody says otherwise.
    mark(focus, {
      rating: before?.rating ?? "doubtful",
      isNotVisible,
      ...(isNotVisible ? { regionIds: [] } : {}),
    });
  }

  /** Links a region to the step in focus as its evidence, or unlinks it. */
  function toggleRegion(regionId: string) {
    const { focus } = state;
    if (!focus) return;
    const before = markOf(focus);
    const linked = before?.regionIds ?? [];
    const isLinked = linked.includes(regionId);
    mark(focus, {
      rating: before?.rating ?? "good",
      isNotVisible: isLinked ? (before?.isNotVisible ?? false) : false,
      regionIds: isLinked ? linked.filter((id) => id !== regionId) : [...linked, regionId],
    });
  }

  function toggleFirstError() {
    const { focus } = state;
    if (!focus) return goToFirst();
    const isHere = isSamePlace(focus, originOf(findings));
    outbox.send({ verb: "first-error", input: { traceId, error: isHere ? null : { ...focus } } });
  }

  function goToFirst() {
    if (steps) goTo(moveStep(steps, stages, null, 1));
  }

  function toggleDescription() {
    const isDescriptionOpen = !state.isDescriptionOpen;
    const first = steps?.description[0];
    if (isDescriptionOpen && first) return goTo({ part: "description", stepKey: first.id });
    if (state.focus?.part === "description") {
      change({ isDescriptionOpen, focus: null });
      document.querySelector("[data-stage-toggle=description]")?.scrollIntoView({ block: "nearest" });
    } else change({ isDescriptionOpen });
  }

  function toggleFold(part: TracePartName) {
    if (part === "description") return toggleDescription();
    const isFolded = state.folded.includes(part);
    change({
      folded: isFolded ? state.folded.filter((other) => other !== part) : [...state.folded, part],
      ...(state.focus?.part === part && !isFolded ? { focus: null } : {}),
    });
  }

  function createRegion(region: Region) {
    outbox.send({ verb: "region", input: { traceId, ...region } });
    const { focus } = state;
    if (!focus || !isThought(focus.part)) return;
    const before = markOf(focus);
    mark(focus, {
      rating: before?.rating ?? "good",
      isNotVisible: false,
      regionIds: [...(before?.regionIds ?? []), region.id],
    });
  }

  /** A click on a region goes to the first step that it proves. */
  function selectRegion(id: string | null) {
    const linked =
      id && [...findings.marks, ...theirs.marks].filter(({ regionIds }) => regionIds.includes(id));
    const first =
      linked && steps
        ? stages
            .flatMap((part) => steps[part].map(({ id: stepKey }) => ({ part, stepKey })))
            .find((place) => linked.some((one) => isSamePlace(one, place)))
        : undefined;
    if (first && !isSamePlace(first, state.focus)) {
      document
        .querySelector(`[data-step="${keyOf(first.part, first.stepKey)}"]`)
        ?.scrollIntoView({ block: "nearest" });
    }
    change({ selectedRegionId: id, ...(first ? { focus: first } : {}) });
  }

  const handlers: CommandHandlers = {
    "step-next": () => steps && goTo(moveStep(steps, stages, state.focus, 1)),
    "step-previous": () => steps && goTo(moveStep(steps, stages, state.focus, -1)),
    "next-unrated": () => steps && goTo(findUnrated(steps, state.focus, (place) => markOf(place) !== null)),
    "stage-next": () => steps && goTo(moveStage(steps, stages, state.focus, 1)),
    "stage-previous": () => steps && goTo(moveStage(steps, stages, state.focus, -1)),
    "rate-good": () => rate("good"),
    "rate-doubtful": () => rate("doubtful"),
    "rate-wrong": () => rate("wrong"),
    "not-visible": toggleNotVisible,
    box: () => viewer.current?.startBox(),
    "first-error": toggleFirstError,
    description: toggleDescription,
  };

  const shownPlace = state.hovered ?? state.focus;
  const regionInQuestion = state.hoveredRegionId ?? state.selectedRegionId;
  return {
    ...state,
    steps,
    stages,
    findings,
    taint,
    markOf,
    /** How many open comments a step has. */
    commentsOn: ({ part, stepKey }: Place) => comments.get(keyOf(part, stepKey))?.length ?? 0,
    /** How many of the marks are on steps that an edit has changed since. */
    outdated: steps
      ? findings.marks.filter((one) => !steps[one.part].some(({ id }) => id === one.stepKey)).length
      : 0,
    /** Regions of the step that is pointed at, or in focus. */
    activeRegionIds: regionsOf(shownPlace),
    regions: trace ? regions : NO_REGIONS,
    /** Regions of others: to be looked at, not changed. */
    fixedRegionIds: theirs.regions.map(({ id }) => id),
    /** Whether a step is proved by the region that is pointed at or chosen. */
    isLit: (place: Place) => regionInQuestion !== null && regionsOf(place).includes(regionInQuestion),
    isFolded: (part: TracePartName) =>
      part === "description" ? !state.isDescriptionOpen : state.folded.includes(part),
    unrated: steps
      ? [
          ...steps.simple.map(({ id }) => keyOf("simple", id)),
          ...steps.long.map(({ id }) => keyOf("long", id)),
        ].length - findings.marks.filter((one) => steps[one.part].some(({ id }) => id === one.stepKey)).length
      : 0,
    goTo,
    setFocus: (focus: Place | null) => change({ focus, selectedRegionId: null }),
    hover: (hovered: Place | null) => change({ hovered }),
    hoverRegion: (hoveredRegionId: string | null) => change({ hoveredRegionId }),
    toggleFold,
    toggleRegion,
    selectRegion,
    createRegion,
    changeRegion: (region: Region) => outbox.send({ verb: "region", input: { traceId, ...region } }),
    removeRegion: (id: string) => outbox.send({ verb: "remove-region", input: { traceId, id } }),
    handlers,
  };
}

export function keyOf(part: TracePartName, stepKey: string): string {
  return `${part}:${stepKey}`;
}

/** Where the error enters; a whole part counts from its first step on. */
function originOf({ firstError }: Findings): Place | null {
  return firstError?.stepKey ? { part: firstError.part, stepKey: firstError.stepKey } : null;
}

function taintOf(steps: ReviewTraceView["notes"]["steps"], findings: Findings): Taint {
  const { firstError } = findings;
  const stepId = firstError && (firstError.stepKey ?? steps[firstError.part][0]?.id);
  return traceTaint(steps, firstError && stepId ? { stage: firstError.part, stepId } : null);
}

function startOf(traceId: string): State {
  return {
    traceId,
    focus: null,
    hovered: null,
    hoveredRegionId: null,
    selectedRegionId: null,
    isDescriptionOpen: false,
    folded: [],
  };
}
