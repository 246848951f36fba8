import type { PlaybackImage } from "../types.ts";

export const nagasakiBoats: PlaybackImage = {
  name: "nagasaki-boats",
  description:
    "A sepia photograph of a calm river with boats in front of a hillside village. In the foreground, two slender wooden boats lie in still, dark water. The left one fills most of the lower edge; it has a long cabin with a pale, rounded roof and sliding window panels, and its pointed prow rises to the right. A man with a light band around his forehead sits between the cabin and the prow, looking toward the viewer. At the lower right, a second boat with a cabin is cut off by the edge; a man in a striped jacket, his head wrapped in a pale cloth hood, leans against its near side with bare legs in the water. Behind them, a large ship with one tall mast stands at the far bank, its open stern turned to the right and a long pole leaning on its hull. Left of the ship are a small boat, a thatched hut, and rough poles hung with dark fishing net. Right of it, a tile-roofed shed stands on a wall of round stones. Houses climb the slope, low hills close the view, a dark pine stands at the right edge, and the sky is blank and pale.",
  questions: [
    {
      question: "How many people can be seen on or beside the two boats in the foreground?",
      choices: ["One", "Two", "Three", "Four"],
      key: "Two",
      shortAnswer: "Two",
      type: "Counting and Quantification",
      simpleThoughts: [
        {
          thought:
            "The picture shows a river with two cabin boats close to the viewer. On the left boat a man with a band around his head is sitting behind the cabin and looks at the camera. Everything else on the boats seems to be wood, ropes and poles. I do not notice anybody else near the water, so there is one person in the foreground.",
          answer: "One",
          longThoughts: [
            {
              continuation:
                "the right boat deserves its own look, because I only went over the left one carefully. Its cabin sits at the lower right corner, and in front of the cabin's left end there is an upright shape. Striped sleeves, a hand hanging down, a pale cloth around a dark face: that is a man leaning on the side of the boat, with his bare legs reaching down to the water. I had taken him for part of the woodwork. Together with the man in the headband that makes two people, and the windows of both cabins are empty. So the answer is Two.",
              answer: "Two",
            },
            {
              cue: "Hmm,",
              continuation:
                "one person for two boats feels thin. Who would be with the boat on the right? Going along its hull from left to right I meet a figure before the doorway: a hooded head bent to the side, one arm raised to the chin, a patterned jacket, bare knees. He is about as large as the man with the headband. Nobody sits behind the window panels of the left cabin, they just show bright water through them. The count is therefore two.",
              answer: "Two",
            },
          ],
        },
        {
          thought:
            "I will count the people in the lower part of the photo. First, the man with the headband in the long boat on the left. Second, the man with the hood and the striped jacket who leans on the boat at the right. The cabins look empty and the big ship behind has no visible crew. That gives two people.",
          answer: "Two",
          longThoughts: [
            {
              continuation:
                "there could be somebody in a cabin that I passed over. The left cabin has four openings in a row: two are closed by light panels, two are open, and through the open ones I see only the far side of the cabin and water. The right cabin has a dark doorway with a square window beyond it, and nothing with a head or shoulders stands in it. The odd shape between the two prows is a bundle on the deck, with no face. I still end at two, so the answer is Two.",
              answer: "Two",
            },
          ],
        },
        {
          thought:
            "Looking at the foreground, there is a man in the left boat and a man standing at the right boat. Between the prow of the left boat and the cabin of the right boat there is also something low and dark that looks like a person lying down with the feet up. Counting this third figure, the total is three people.",
          answer: "Three",
          longThoughts: [
            {
              continuation:
                "the third figure needs checking, as it is the one I am least sure of. It lies behind the tip of the left boat's prow, where the bow of the right boat begins. There is one upright stub with a rounded end, then a jumble of soft folds. A foot is possible, but I find no head, no torso and no second foot, and the folds run into the ropes and planks around them. It reads much better as gear piled up in the bow. What remains is the man with the headband and the man in the hood, so the answer must be Two.",
              answer: "Two",
            },
          ],
        },
      ],
    },
    {
      question: "What does the man sitting in the left boat wear on his head?",
      choices: [
        "A broad straw hat",
        "A cloth hood over his ears",
        "A light band around the forehead",
        "Nothing at all",
      ],
      key: "A light band around the forehead",
      shortAnswer: "A light headband",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "The man in the left boat sits just behind the cabin. His face is dark and his hair stands up a little on top. Across his forehead runs a narrow pale strip that is tied around the head. It is too narrow to be a hat. He wears a light band around the forehead.",
          answer: "A light band around the forehead",
          longThoughts: [
            {
              continuation:
                "could the strip be the rim of something bigger? Above it I can make out loose dark hair, uneven against the water, so nothing covers the crown. Below it his ears and cheeks are free. The strip itself is slightly thicker at his temple on the left, which is what a knot or fold in a twisted towel would look like. A hat or a hood would hide the hair. So the right choice is {label:A light band around the forehead}.",
              answer: "A light band around the forehead",
            },
          ],
        },
        {
          thought:
            "There are two men near the boats. The one I look at has a pale cloth pulled over his head that goes around the face and covers the ears, leaving only the face free. It protects him from the sun while he works at the river. This matches a cloth hood.",
          answer: "A cloth hood over his ears",
          longThoughts: [
            {
              continuation:
                "which man was I looking at? The hood belongs to the one who leans on the boat at the lower right, with the striped jacket. The question is about the man who is sitting in the left boat. Back to him: he sits past the end of the pale cabin roof, shoulders just over the side, one arm resting. His hair is visible on top, dark and tufted, and a single pale strip crosses his brow. No cloth hangs at his ears. I mixed up the two. The answer is a light band around the forehead.",
              answer: "A light band around the forehead",
            },
          ],
        },
        {
          thought:
            "The man on the left boat is small in the picture and faces the camera. His head is dark on top and I see no brim and no cap. Boatmen of that time often worked bareheaded. The bright line above his eyes is probably just light falling on his forehead. So he wears nothing.",
          answer: "Nothing at all",
          longThoughts: [
            {
              continuation:
                "a bright line from light would follow the shape of the brow and fade at its ends. This one keeps the same width the whole way across, has a hard upper and lower edge, and continues to the side of the head where the face is already in shade. Sunlight on skin also would not be paler than the roof of the cabin in full sun, and this nearly is. It is something white tied around the head. So he is not bareheaded, and the best choice is {label:A light band around the forehead}.",
              answer: "A light band around the forehead",
            },
            {
              cue: "Alternatively,",
              continuation:
                "the line might be a towel rolled into a band, as rowers wear it to keep sweat from the eyes. I compare it with the forehead just below: the skin there is very dark, and the step to the pale strip is abrupt. Tufts of hair stick out over it. Light alone would not stop so sharply at the hairline. I give up the idea of a bare head and settle on a light band around the forehead as the answer.",
              answer: "A light band around the forehead",
            },
          ],
        },
      ],
    },
    {
      question: "Where does the hut with the thatched roof stand in relation to the large ship?",
      choices: [
        "To the left of the ship",
        "To the right of the ship",
        "Directly behind the mast",
        "In front of the ship's stern",
      ],
      key: "To the left of the ship",
      shortAnswer: "Left of it",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "The large ship with the tall mast is in the center right of the photo. On the right of it stands a low building by the water with a long roof. It is the building closest to the ship. I think this is the hut the question asks about, so it is to the right of the ship.",
          answer: "To the right of the ship",
          longThoughts: [
            {
              continuation:
                "what is the roof on that right-hand building made of? It is ruled with fine even rows and has crisp, straight edges: tiles, laid in two steps over a wooden shed, with the stone wall below. That is no thatch. A thatched roof would be thick and shaggy, and there is one on the other side: a broad, dull slope with a ragged ridge and a soft edge, standing just inland of the poles with the nets. The bow of the ship begins right of it. So the answer is To the left of the ship.",
              answer: "To the left of the ship",
            },
          ],
        },
        {
          thought:
            "A thatched roof is thick and fibrous. I see such a roof near the middle of the left half, behind the poles in the water. The ship's bow with the small masts begins just to the right of this hut. Therefore the hut is to the left of the ship.",
          answer: "To the left of the ship",
          longThoughts: [
            {
              continuation:
                "I want to be sure about which end of the picture I am measuring from. The hut's roof spans roughly from a quarter to two fifths of the width. The ship's hull starts after that, and its mast is past the middle, with the stern even further to the right. Nothing of the roof passes behind the mast; the houses there are higher up the slope and have tiled gables. My first placement holds: the hut is left of the hull, on the same bank. So {label:To the left of the ship} is the answer.",
              answer: "To the left of the ship",
            },
          ],
        },
        {
          thought:
            "The roofs in the village are mostly tiled, with straight lines. One building near the shore differs: its roof is rough, without lines, and hangs down low. It lies left from the ship, near the fishing nets. So the hut stands to the left of the large ship.",
          answer: "To the left of the ship",
          longThoughts: [
            {
              continuation:
                "there is another house close by, with a plank gable, further to the left behind the nets. Its lower roof is lined, so it has tiles at least there, and it isn't the thatched one. That doesn't change the side, though, since both are left of the ship. Behind the mast I only see the gabled houses on the hill. In front of the stern there is open water and the rudder. I am confident that the answer is to the left of the ship.",
              answer: "To the left of the ship",
            },
          ],
        },
      ],
    },
    {
      question:
        "What is the long pole that leans against the near side of the large ship most likely there for?",
      choices: [
        "To carry a sail",
        "To prop up the grounded hull",
        "To dry fishing nets on",
        "To tie up the two cabin boats",
      ],
      key: "To prop up the grounded hull",
      shortAnswer: "To hold the hull upright",
      type: "Causal and Commonsense",
      simpleThoughts: [
        {
          thought:
            "The ship has a tall mast with ropes, and a second long pole rises beside it at a slight angle. Ships often have more than one spar. As the pole is near the mast and has about the same colour, it probably belongs to the rigging and is used for carrying a sail.",
          answer: "To carry a sail",
          longThoughts: [
            {
              continuation:
                "a spar would hang from the mast or lie along the deck. I follow this pole from the top: it begins about at the rail beside the mast and then goes down, outside the hull, past the waterline, and its foot stands in the shallow water in front of the ship. No rope runs to it and no cloth is wrapped on it. A pole that presses on the side with its foot on the bottom is a support. And the hull sits high, with its whole curved belly out of the water, which fits a ship resting on the ground. So the answer is To prop up the grounded hull.",
              answer: "To prop up the grounded hull",
            },
          ],
        },
        {
          thought:
            "The hull of the ship is visible nearly down to the keel, so the water is shallow there and the ship sits on the bottom. The pole starts in the water and leans onto the hull at an angle. Like a leg, it keeps the ship from tipping to the side. So it props up the hull.",
          answer: "To prop up the grounded hull",
          longThoughts: [
            {
              continuation:
                "are there signs for the other uses? The nets hang on a separate frame of thin sticks over on the left bank, and none of them reaches the ship. The two cabin boats lie in the foreground with a good stretch of open water between them and the pole, and no line goes across. As for a sail, there is none spread anywhere. The slant of the pole and its foot in the water speak for a prop, as I thought. The answer is {label:To prop up the grounded hull}.",
              answer: "To prop up the grounded hull",
            },
            {
              cue: "Wait,",
              continuation:
                "would one thin pole really carry a ship of this size? Perhaps not its weight, that rests on the keel, but enough to stop a roll toward the river. The stern rises clear of the mud on the right and the rudder blade stands exposed, which tells me the ship is aground. Nets, sails or mooring lines would all leave something hanging from the pole, and it is bare. So I keep my answer: to prop up the grounded hull.",
              answer: "To prop up the grounded hull",
            },
          ],
        },
        {
          thought:
            "Along the left side of the river many poles stand in the water and dark nets hang from them. The pole at the ship looks like one of these: thin, pale and pushed into the ground. Probably the fishermen use it in the same manner, to hang up nets for drying.",
          answer: "To dry fishing nets on",
          longThoughts: [
            {
              continuation:
                "the pole does look like the others in thickness, so the guess was fair. Still, the row with the nets ends well before the ship, and from the last of those sticks to this pole there is a gap with a small boat in it. Nothing dark droops from this one. Its upper end isn't free either, it rests on the planks beside the mast. I could imagine a line being drawn from it later, but nets want a row of supports, so the answer I would keep is To dry fishing nets on.",
              answer: "To dry fishing nets on",
            },
          ],
        },
      ],
    },
    {
      question: "What hangs from the row of sticks at the left bank?",
      choices: ["White laundry", "Dark fishing net", "Paper lanterns", "Bundles of straw"],
      key: "Dark fishing net",
      shortAnswer: "Fishing net",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "On the left bank a frame of sticks stands in the shallow water. Between the upper ends something dark and thin sags down in curves, and you can see the houses through it. Such a see-through, sagging material is a net. Since it is at the water, it is a fishing net.",
          answer: "Dark fishing net",
          longThoughts: [
            {
              continuation:
                "see-through and sagging could also be thin cloth. Cloth would catch the sun on its folds and show bright edges, and this stays evenly dark along the whole row, even where it is doubled up near the right end. The wall of the house behind keeps its vertical boards visible through it, a little dimmed, as behind a mesh. Lanterns or straw would make separate lumps, and there are none. So the answer is Dark fishing net.",
              answer: "Dark fishing net",
            },
          ],
        },
        {
          thought:
            "The left bank has many thin poles and cross bars close to the houses. People in a village like this would use the bars for drying their washing in the sun. The material hangs in loose curves between the poles as cloth does. I think it is laundry.",
          answer: "White laundry",
          longThoughts: [
            {
              continuation:
                "if this were washing I would expect it to be among the palest things there, like the cabin roof in the foreground. It is the opposite: the curves between the poles are darker than the wall behind them. I can also see the stones and planks through the material, and it runs on from pole to pole in one piece, without the gaps between single garments. Fine dark mesh at the edge of a river, hung up in swags to dry, is net. So not laundry, and the answer is a dark fishing net.",
              closing: "The material on the sticks is a net that was hung up to dry.",
              answer: "Dark fishing net",
            },
          ],
        },
        {
          thought:
            "I focus on the sticks at the left. They are joined by long horizontal bars, and under the bars there is a soft dark web, lower in the middle of each gap and higher at the sticks. This is how nets are hung to dry. The choice with the fishing net fits.",
          answer: "Dark fishing net",
          longThoughts: [
            {
              continuation:
                "straw is the one alternative that I haven't weighed, because the roof right behind is thatched and some could be stored here. Straw would hang in thick tufts with frayed ends and would hide what is behind it. In the gaps here I can follow the plank gable of the house almost without a break, just veiled. The lower edge is a clean curve as well. A veil with a clean curve is mesh, not tufts. It has to be {label:Dark fishing net}.",
              answer: "Dark fishing net",
            },
          ],
        },
      ],
    },
  ],
};
