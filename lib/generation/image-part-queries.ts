import "server-only";
import type { Capabilities } from "#lib/endpoints/schema.ts";
import type { Size } from "#lib/images/fit.ts";
import { readImageForModel } from "#lib/images/queries.ts";
import { signAddress } from "#lib/storage/storage.ts";

/** Long enough for a server to fetch it, however long its queue; signed when the call is sent. */
const ADDRESS_SECONDS = 3600;

export type ShownImage = {
  part: { type: "image_url"; image_url: { url: string } };
  /** For `CallRequest.addressImages`: set where the endpoint takes addresses. */
  addressImages: (() => Promise<ReadonlyMap<string, string>>) | undefined;
  /** For `CallRequest.pictures`: its size as it is sent. */
  size: Size;
};

/**
 * An image as a model is shown it, within a limit of pixels: inside of the request as a data URL, or, where the
 * endpoint takes addresses and the files are in a bucket, by an address that is signed when the call is sent.
 */
export async function showImageToModel(
  imageId: string,
  limits: { maxPixels: number; maxSide?: number },
  capabilities: Pick<Capabilities, "imageUrls">,
): Promise<ShownImage> {
  const { key, mime, bytes, width, height } = await readImageForModel(imageId, limits);
  const url = `data:${mime};base64,${bytes.toString("base64")}`;
  return {
    size: { width, height },
    part: { type: "image_url", image_url: { url } },
    addressImages: capabilities.imageUrls
      ? async () => {
          const address = await signAddress(key, ADDRESS_SECONDS);
          return new Map(address === null ? [] : [[url, address]]);
        }
      : undefined,
  };
}
