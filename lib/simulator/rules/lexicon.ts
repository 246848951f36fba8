/** Word lists for finding facts in a description. English, lower case. */

const list = (words: string) => new Set(words.trim().split(/\s+/));

export const colors = list(
  `red orange yellow green blue purple violet pink brown black white gray grey cream beige tan gold golden silver
  turquoise teal maroon crimson navy olive ivory amber bronze copper rust lavender magenta khaki charcoal`,
);

/** What may stand before a color and belongs to it. */
export const colorModifiers = list(
  "dark light pale bright deep dull soft muted vivid brick sky forest olive faded warm cool reddish bluish greenish yellowish brownish grayish purplish pinkish orangish",
);

export const colorPool = [
  "red",
  "green",
  "blue",
  "yellow",
  "orange",
  "purple",
  "brown",
  "black",
  "white",
  "gray",
  "pink",
];

/** Colors that a viewer could defend in each other's place, so that none is a distractor for another. */
export const nearColors: readonly ReadonlySet<string>[] = [
  list("gray grey silver charcoal"),
  list("white cream ivory beige silver"),
  list("brown tan rust bronze copper khaki beige"),
  list("gold golden yellow amber"),
  list("purple violet lavender magenta"),
  list("blue navy turquoise teal"),
  list("red maroon crimson rust"),
  list("green olive teal"),
  list("orange amber rust copper"),
  list("black charcoal"),
  list("pink magenta"),
];

export const materials: Readonly<Record<string, string>> = {
  wooden: "Wood",
  wood: "Wood",
  metal: "Metal",
  metallic: "Metal",
  steel: "Steel",
  iron: "Iron",
  brass: "Brass",
  plastic: "Plastic",
  leather: "Leather",
  brick: "Brick",
  stone: "Stone",
  concrete: "Concrete",
  glass: "Glass",
  cardboard: "Cardboard",
  plywood: "Plywood",
  marble: "Marble",
  paper: "Paper",
  ceramic: "Ceramic",
  straw: "Straw",
  wicker: "Wicker",
  canvas: "Canvas",
  cotton: "Cotton",
  woolen: "Wool",
  rubber: "Rubber",
  thatched: "Straw",
};

/** Of each group at most one stands among the choices. */
export const materialGroups: readonly ReadonlySet<string>[] = [
  new Set(["Wood", "Plywood", "Wicker", "Straw"]),
  new Set(["Metal", "Steel", "Iron", "Brass"]),
  new Set(["Stone", "Concrete", "Marble", "Brick", "Ceramic"]),
  new Set(["Paper", "Cardboard"]),
  new Set(["Leather", "Canvas", "Cotton", "Wool"]),
  new Set(["Plastic", "Rubber"]),
  new Set(["Glass"]),
];

export const numberWords = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];

export const functionWords = list(
  `a an the this that these those its his her their our your my it he she they we i you who whom whose which what
  and or but nor so yet as if than because while when where although though since until
  of in on at by to from with without within into onto over under above below behind beside besides between among
  across along around near toward towards through throughout against beyond inside outside off out up down upon
  about after before during per via like unlike amid beneath underneath atop
  is are was were be been being am has have had do does did can could may might must shall should will would
  not no none there here each every all any some both either neither another other others such same own several
  many few more most less least much one very too also only just even still almost nearly slightly partly mostly
  visible seen shown left right next front back far away apart together upward downward forward either how why`,
);

/** Verbs as descriptions use them, and words that can't end a noun phrase. */
export const verbs = list(
  `fills fill hangs hang rests rest sits sit shows show wears wear covers cover holds hold runs run
  catches catch spreads spread stretches stretch rises rise leads lead faces stands lies lie leans lean
  reaches extends extend casts frames surrounds surround grows grow reads read says say makes make gives give
  looks look comes come falls fall meets meet crosses separates fades fade blends blend contrasts appears appear
  seems seem remains remain features feature contains contain includes include supports support divides divide
  dominates dominate drapes curves bends tapers taper slopes peeks peek wraps flanks flank forms form hides hide
  blocks obscures reflects reflect shines shine glows glow keeps keep takes take begins begin ends end opens open
  becomes become occupies occupy belongs belong joins join carries carry climbs climb turns turn goes go gets
  hug hugs lines dip dips fan fans float floats flow flows follow follows overlap overlaps touch touches tower towers
  wait waits walk walks drive drives ride rides play plays eat eats drink drinks work works gather gathers
  swim swims fly flies jump jumps gaze gazes smile smiles pose poses move moves pass passes sleep sleeps rise
  points point been made seen lit shown worn torn bent built set kept cut hung held laid drawn grown known thrown woven strewn spread`,
);

/** Words in -ed or -ing (and some in -s) that name things all the same. */
export const nounsLikeVerbs = list(
  `building ceiling railing painting ring wing wings rings string strings awning clothing siding lighting flooring
  opening molding evening bed beds shed sheds seed seeds weed weeds reed reeds buildings paintings ceilings railings
  shelving bedding king spring springs swing swings sling lettering clearing crossing stocking stockings frosting
  icing sled bread thread head field shield cloud wedding carving carvings drawing drawings engraving covering
  roofing fencing paneling earring earrings marking markings setting opening openings landing curving duckling`,
);

export const adjectives = list(
  `small large big tiny huge little tall short long wide narrow thick thin high low deep shallow round square
  rectangular oval circular curved straight flat smooth rough glossy shiny matte polished weathered old new young
  dark light bright pale soft hard open closed empty full half visible blurry blurred clear sharp rough heavy
  metal metallic wooden plastic front rear upper lower left right top bottom central middle main single double
  distant nearby horizontal vertical diagonal slender broad dense sparse bare dry wet plain striped spotted
  sunlit shaded shadowed cream-colored medium eye-level high-angle close close-up outdoor indoor fine coarse
  steep gentle lush leafy grassy rocky sandy muddy dusty snowy cloudy hazy faint
  more most much first second third last next same other additional entire whole various different similar`,
);

/** Words that are about the picture and not in it, or too general to ask about. */
export const idleNouns = list(
  `image view picture photo photograph scene frame side part area portion section edge corner center middle top
  bottom left right background foreground half third quarter shot angle level distance direction way kind type
  sort number pair group set row series variety hint touch bit amount degree rest lot detail details thing things
  one ones word words letter letters text end ends space line lines shape shapes color colors tone tones shade shades light lights shadow shadows
  reflection highlight focus point style look sense amount view`,
);

/** Parts of nearly every scene or body: to be asked about, but poor choices in a list of things. */
export const scenery = list(
  "ground sky horizon water air waist chest body skin forehead mouth cheek surface interior harbor landscape opening",
);

/** Things with what they are for; only things whose purpose no other thing of the list serves. */
export const purposes: Readonly<Record<string, string>> = {
  bench: "sit down and rest",
  chair: "sit at a table",
  helmet: "protect their head",
  teaspoon: "stir a drink",
  spoon: "stir a drink",
  cup: "drink something hot",
  bicycle: "ride without an engine",
  motorcycle: "travel on the road with an engine",
  umbrella: "keep dry in the rain",
  ladder: "climb to a higher place",
  boat: "cross the water",
  boats: "cross the water",
  window: "let light into a room",
  windows: "let light into a room",
  fence: "keep animals in or out",
  clock: "tell the time",
  lamp: "light a room",
  shelf: "store things in order",
  shelves: "store things in order",
  bucket: "carry water",
  bridge: "cross a river on foot",
  chimney: "lead smoke away",
  bed: "lie down and sleep",
  guitar: "play music",
  drum: "play music",
  broom: "sweep the floor",
  rope: "tie something up",
  camera: "take pictures",
  oars: "row",
  oar: "row",
  sail: "catch the wind",
  sails: "catch the wind",
  wagon: "haul a load",
  plow: "turn the soil",
  basket: "carry fruit",
  barrel: "keep a liquid",
  door: "enter a building",
  road: "drive to the next town",
  stairs: "get to another floor",
  knife: "cut something",
  book: "read a story",
  mirror: "see themselves",
  telephone: "talk to someone far away",
  scarf: "keep their neck warm",
  backpack: "carry things on a hike",
};

/** Things that are easily imagined in a picture: distractors when the description has none of them. */
export const commonThings = [
  "A bicycle",
  "A wooden ladder",
  "A street lamp",
  "A red umbrella",
  "A wicker basket",
  "A park bench",
  "A wall clock",
  "A flower pot",
  "A metal bucket",
  "A wire fence",
  "A sailing boat",
  "A stack of books",
  "A coiled rope",
  "A traffic sign",
  "A stone bridge",
  "A flock of birds",
  "A kite",
  "A garden hose",
  "A watering can",
  "A glass vase",
  "A small dog",
  "A row of candles",
  "A blue tarpaulin",
  "A weather vane",
  "A chimney",
  "A hammock",
  "A tree stump",
  "A parked van",
  "A wooden barrel",
  "A pair of boots",
  "A window with shutters",
  "A folded newspaper",
  "A paper lantern",
  "A wheelbarrow",
];

/** Kinds of places with the words that speak for them. */
export const places: readonly { name: string; words: readonly string[] }[] = [
  {
    name: "A garage or workshop",
    words: [
      "garage",
      "workshop",
      "concrete floor",
      "shelving",
      "plywood",
      "tools",
      "workbench",
      "motorcycle",
      "storage bin",
    ],
  },
  { name: "A photo studio", words: ["studio", "backdrop", "portrait", "studio cloth"] },
  {
    name: "A café or dining table",
    words: ["espresso", "coffee", "saucer", "teaspoon", "plate", "cutlery", "napkin", "cup"],
  },
  {
    name: "A harbor or a riverbank",
    words: ["boat", "boats", "harbor", "pier", "dock", "mast", "masts", "shore", "oars", "wharf", "sail"],
  },
  {
    name: "A garden or a meadow",
    words: [
      "flower",
      "flowers",
      "petals",
      "stems",
      "blossom",
      "blossoms",
      "leaves",
      "garden",
      "meadow",
      "flowering",
      "bud",
      "buds",
    ],
  },
  {
    name: "A mountain region",
    words: [
      "mountain",
      "mountains",
      "peak",
      "peaks",
      "cliff",
      "cliffs",
      "canyon",
      "valley",
      "ridge",
      "alpine",
      "gorge",
      "slope",
    ],
  },
  {
    name: "A city street",
    words: [
      "street",
      "sidewalk",
      "traffic",
      "crosswalk",
      "cars",
      "pedestrian",
      "pedestrians",
      "storefront",
      "curb",
    ],
  },
  { name: "A kitchen", words: ["kitchen", "stove", "sink", "counter", "refrigerator", "oven", "pan", "pot"] },
  { name: "A bedroom", words: ["bed", "pillow", "pillows", "blanket", "nightstand", "mattress"] },
  { name: "A beach", words: ["beach", "sand", "waves", "surf", "ocean", "seashell"] },
  {
    name: "A farm",
    words: ["barn", "cattle", "cows", "sheep", "tractor", "plow", "farmhouse", "pasture", "hay", "field"],
  },
  { name: "A forest", words: ["forest", "trunks", "undergrowth", "ferns", "moss", "pines"] },
  { name: "A railway station", words: ["train", "platform", "tracks", "locomotive", "railway"] },
  {
    name: "An airfield, seen from the air",
    words: ["airplane", "fuselage", "runway", "wingspan", "cockpit", "propeller"],
  },
];
