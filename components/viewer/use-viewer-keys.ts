"use client";

import { type KeyboardEvent, type RefObject, useEffect, useRef } from "react";
import type { RegionEditing } from "#components/viewer/use-region-editing.ts";
import type { Viewport } from "#components/viewer/use-viewport.ts";
import { isGivenAway } from "#components/viewer/viewer-keys.ts";
import type { Keymap } from "#lib/keys/keymap.ts";

/** How far an arrow moves the picture, in pixels. */
const PAN_PIXELS = 60;

/**
 * The keys of the viewer. Plus and minus, arrows and those of regions work while the focus is in it. 0 and 1 do only
 * after Tab brought the focus there: a click on the picture must not take digits from the screen around it. Space works
 * as well while the pointer is over the picture.
 */
export function useViewerKeys({
  figure,
  viewport,
  editing,
  keymap,
}: {
  figure: RefObject<HTMLElement | null>;
  viewport: Viewport;
  editing: RegionEditing;
  keymap: Keymap;
}): { onKeyDown: (event: KeyboardEvent) => void } {
  const hasDigits = useRef(false);
  const { startPeek, endPeek, isPointedAt } = viewport;
  const startPeekRef = useRef(startPeek);
  startPeekRef.current = startPeek;

  useEffect(() => {
    let isTab = false;
    const onAnyKey = (event: globalThis.KeyboardEvent) => {
      isTab = event.key === "Tab";
      if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
      const isHere =
        isPointedAt() || (event.target instanceof Node && figure.current?.contains(event.target));
      if (!isHere || isPressable(event.target) || isCovered()) return;
      event.preventDefault();
      if (!event.repeat) startPeekRef.current();
    };
    const onKeyUp = (event: globalThis.KeyboardEvent) => {
      if (event.key === " ") endPeek();
    };
    const onPress = () => {
      isTab = false;
    };
    const onFocusIn = (event: FocusEvent) => {
      hasDigits.current = isTab && event.target instanceof Node && !!figure.current?.contains(event.target);
    };
    window.addEventListener("keydown", onAnyKey, true);
    window.addEventListener("keyup", onKeyUp);
    window.addEventListener("blur", endPeek);
    window.addEventListener("pointerdown", onPress, true);
    window.addEventListener("focusin", onFocusIn);
    return () => {
      window.removeEventListener("keydown", onAnyKey, true);
      window.removeEventListener("keyup", onKeyUp);
      window.removeEventListener("blur", endPeek);
      window.removeEventListener("pointerdown", onPress, true);
      window.removeEventListener("focusin", onFocusIn);
    };
  }, [endPeek, figure, isPointedAt]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph")) return;
    const target = event.target instanceof Element ? event.target : null;
    if (!target || target.closest("input")) return;
    const isOnRegion = isRegion(target);
    // A button of the toolbar is pressed by Enter, whatever is being drawn.
    const isOnTool = !isOnRegion && isPressable(target);
    const isTaken =
      (!(isOnTool && event.key === "Enter") && editing.onKey(event, isOnRegion)) || onViewKey(event);
    if (!isTaken) return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onViewKey(event: KeyboardEvent): boolean {
    switch (event.key) {
      case "+":
      case "=":
        if (isGivenAway(event.key, keymap)) return false;
        viewport.zoomBy(1.4);
        return true;
      case "-":
        if (isGivenAway(event.key, keymap)) return false;
        viewport.zoomBy(1 / 1.4);
        return true;
      case "0":
        if (hasDigits.current) viewport.fit();
        return hasDigits.current;
      case "1":
        if (hasDigits.current) viewport.showActual();
        return hasDigits.current;
      case "ArrowLeft":
        return pan(PAN_PIXELS, 0);
      case "ArrowRight":
        return pan(-PAN_PIXELS, 0);
      case "ArrowUp":
        return pan(0, PAN_PIXELS);
      case "ArrowDown":
        return pan(0, -PAN_PIXELS);
      default:
        return false;
    }
  }

  function pan(dx: number, dy: number): boolean {
    if (viewport.isFit) return false;
    viewport.pan(dx, dy);
    return true;
  }

  return { onKeyDown };
}

function isRegion(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[data-region]") !== null;
}

/** Space and Enter belong to what they press or write in; regions are apart. */
function isPressable(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      "button:not([data-region]), a, input, textarea, select, summary, [contenteditable=true]",
    ) !== null
  );
}

/** A dialog or a menu lies over the picture. */
function isCovered(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;
}
