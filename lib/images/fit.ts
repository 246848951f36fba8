export interface Size {
  width: number;
  height: number;
}

/**
 * The largest size of the same proportions that keeps to an area (`maxPixels`) and a long side (`maxSide`), in whole
 * pixels of at least 1. Never larger than the picture is.
 */
export function fitWithin(size: Size, limits: { maxPixels?: number; maxSide?: number }): Size {
  const { width, height } = size;
  const byArea = limits.maxPixels === undefined ? 1 : Math.sqrt(limits.maxPixels / (width * height));
  const bySide = limits.maxSide === undefined ? 1 : limits.maxSide / Math.max(width, height);
  const scale = Math.min(1, byArea, bySide);
  if (scale === 1) return { width, height };
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
}
