"use client";

import { type KeyboardEvent, useState } from "react";
import { readPress } from "#components/keys/key-target.ts";
import { randomId } from "#components/ui/random-id.ts";
import { describeShape, moveShape, resizeShape, startBox } from "#components/viewer/region-geometry.ts";
import { beginsBox } from "#components/viewer/viewer-keys.ts";
import type { Part } from "#components/viewer/viewport.ts";
import type { Region, RegionShape } from "#lib/images/region-schema.ts";
import type { Keymap } from "#lib/keys/keymap.ts";

export type Tool = "box" | "polygon";

/** A shape that is being drawn or changed; it becomes a region's when it is kept. */
export interface Draft {
  /** Null for a region that is not there yet. */
  regionId: string | null;
  shape: RegionShape;
}

export interface RegionEditingOptions {
  /** What the regions belong to: with another of these, whatever was begun on the last is dropped. */
  subject: string;
  keymap: Keymap;
  regions: Region[];
  selectedId: string | null;
  seen: Part;
  onSelect: (id: string | null) => void;
  onCreate?: ((region: Region) => void) | undefined;
  onChange?: ((region: Region) => void) | undefined;
  onDelete?: ((id: string) => void) | undefined;
  /** Puts the focus on the picture, where the keys for drawing work. */
  takeFocus: () => void;
  /** Puts the focus back where it was before. */
  giveFocusBack: () => void;
}

export type RegionEditing = ReturnType<typeof useRegionEditing>;

/** How far one press of an arrow goes, as a part of what is seen: close up the steps are small. */
const STEP = 0.02;

/** Drawing, moving, naming and removing regions by keys, and what the pen drew. */
export function useRegionEditing(options: RegionEditingOptions) {
  const { regions, selectedId, seen, onCreate, onChange, onDelete } = options;
  const [tool, setTool] = useState<Tool | null>(null);
  const [drafted, setDraft] = useState<Draft | null>(null);
  const [namingId, setNamingId] = useState<string | null>(null);
  const [subject, setSubject] = useState(options.subject);
  if (subject !== options.subject) {
    setSubject(options.subject);
    setTool(null);
    setDraft(null);
    setNamingId(null);
  }
  const selected = regions.find(({ id }) => id === selectedId) ?? null;
  // What was not kept is passed over once another region is chosen.
  const draft = drafted && (drafted.regionId === null || drafted.regionId === selectedId) ? drafted : null;
  const naming = selected && selected.id === namingId ? selected : null;

  function begin(next: Tool, withBox: boolean) {
    if (!onCreate) return;
    setNamingId(null);
    options.onSelect(null);
    setTool(next);
    setDraft(withBox && next === "box" ? { regionId: null, shape: startBox(seen) } : null);
    options.takeFocus();
  }

  function create(shape: RegionShape) {
    const region: Region = { id: randomId(), name: "", shape };
    setTool(null);
    setDraft(null);
    setNamingId(region.id);
    onCreate?.(region);
    options.onSelect(region.id);
  }

  function keep() {
    if (!draft) return;
    if (draft.regionId === null) return create(draft.shape);
    setDraft(null);
    if (selected) onChange?.({ ...selected, shape: draft.shape });
  }

  function drop() {
    setTool(null);
    setDraft(null);
    if (tool) options.giveFocusBack();
  }

  function name(value: string) {
    const text = value.trim();
    if (naming && text !== naming.name) onChange?.({ ...naming, name: text });
    endNaming();
  }

  function endNaming() {
    setNamingId(null);
    options.giveFocusBack();
  }

  function remove() {
    if (!selected || !onDelete) return;
    setTool(null);
    setDraft(null);
    options.onSelect(null);
    onDelete(selected.id);
    options.takeFocus();
  }

  /** Moves or resizes what is drawn or chosen; false where there is nothing to. */
  function nudge(dx: number, dy: number, isResize: boolean): boolean {
    const from: Draft | null =
      draft ??
      (tool === "box"
        ? { regionId: null, shape: startBox(seen) }
        : selected && onChange
          ? { regionId: selected.id, shape: selected.shape }
          : null);
    if (!from) return false;
    const by = { x: dx * STEP * seen.w, y: dy * STEP * seen.h };
    const shape = isResize ? resizeShape(from.shape, by.x, by.y) : moveShape(from.shape, by.x, by.y);
    setDraft({ ...from, shape });
    return true;
  }

  /** What a key means to regions; true when it was one of theirs. `isOnRegion`: the focus is on a region. */
  function onKey(event: KeyboardEvent, isOnRegion: boolean): boolean {
    const arrow = ARROWS[event.key];
    if (arrow && (draft || tool === "box" || isOnRegion)) return nudge(arrow[0], arrow[1], event.shiftKey);
    switch (event.key) {
      case "Enter":
        if (draft) keep();
        else if (isOnRegion && selected && onChange) setNamingId(selected.id);
        else return false;
        return true;
      case "Escape":
        if (draft || tool) drop();
        else if (selectedId) options.onSelect(null);
        else return false;
        return true;
      case "Delete":
        if (!selected || !onDelete) return false;
        remove();
        return true;
      default:
        if (!beginsBox(readPress(event.nativeEvent), options.keymap)) return false;
        if (!onCreate || event.repeat || tool) return false;
        begin("box", true);
        return true;
    }
  }

  return {
    tool,
    draft,
    selected,
    naming,
    begin,
    drop,
    keep,
    remove,
    name,
    endNaming,
    startNaming: () => selected && setNamingId(selected.id),
    onKey,
    /** What the pen drew or moved. */
    onDraw: create,
    onPenChange(shape: RegionShape, isDone: boolean) {
      if (!selected) return;
      if (!isDone) return setDraft({ regionId: selected.id, shape });
      setDraft(null);
      onChange?.({ ...selected, shape });
    },
    /** What is going on, in words. */
    said: sayWhat(tool, draft, naming),
  };
}

const ARROWS: Partial<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function sayWhat(tool: Tool | null, draft: Draft | null, naming: Region | null): string {
  if (draft) return `${nounOf(draft.shape)}: ${describeShape(draft.shape)}`;
  if (tool === "box") return "Drag a box on the picture";
  if (tool === "polygon") return "Click the corners of an outline, the first again to close it";
  return naming ? "Name this region" : "";
}

function nounOf(shape: RegionShape): string {
  return shape.kind === "box" ? "Box" : "Outline";
}
