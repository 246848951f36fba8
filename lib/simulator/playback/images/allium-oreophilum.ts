import type { PlaybackImage } from "../types.ts";

export const alliumOreophilum: PlaybackImage = {
  name: "allium-oreophilum",
  description:
    "A sepia close-up of a flower head on a single stem before a plain cream background. A smooth, round, dark stem rises from the lower edge, slightly right of the middle, and ends in a cup-shaped, papery sheath with fine lengthwise ribs, like a small vase. The sheath has split in front into a deep V, whose point lies just above the stem. Its left end reaches out as a thin, crumpled flap behind the leftmost flower; its right end is a long, twisted strip that stands free and curls upward below the rightmost flower. Out of the sheath grow four open flowers on short stalks, in a row along the top: each has pointed petals with one dark line down the middle, in tones from pale grey to almost black. The leftmost flower sends one narrow petal far out to the left edge. In front of and below the flowers are closed, pointed buds: three stand out clearly, one on the left, one on the right, and one lower in the middle above the V; others are half hidden in the dark behind them. The light is soft and comes from the left, so the right side of the sheath is darkest.",
  questions: [
    {
      question: "How many open flowers stand along the top of the flower head?",
      choices: ["Three", "Four", "Five", "Six"],
      key: "Four",
      shortAnswer: "Four",
      type: "Counting and Quantification",
      simpleThoughts: [
        {
          thought:
            "I count the flowers that have their petals spread. The first is at the far left with a long narrow petal. The second one follows with a pale petal in the center. The third one is to the right of the gap, and the fourth is at the far right. So there are four open flowers.",
          answer: "Four",
          longThoughts: [
            {
              continuation:
                "neighbouring flowers overlap a bit, so let me see whether each one has a base of its own. The leftmost narrows to a thick stalk at the rim of the sheath. The second stands on a thin straight stalk behind the left bud. The third ends behind the right bud. The fourth has its stalk slanting to the right. Four bases, and no further petals poke out above them. So the answer is Four.",
              answer: "Four",
            },
          ],
        },
        {
          thought:
            "The top of the plant is a row of pointed shapes. From left to right I see a group with a dark petal, a group with three petals, a wide pale one, a narrow darker one next to it, and a group at the right edge. These are five open flowers.",
          answer: "Five",
          longThoughts: [
            {
              continuation:
                "the wide pale one and the narrow darker one next to it: are they two flowers? They run together at the bottom, in one point behind the right bud, and there is a thin petal of the same flower on their left as well. One flower opens toward me with several petals at different angles, so its parts look unlike each other. If I count the bases and not the tips, I get one less than before. The answer is {label:Four}.",
              answer: "Four",
            },
          ],
        },
        {
          thought:
            "Looking at the flower head, there is one flower on the left, one on the right and a larger bunch in the center between them. The center bunch has petals that stand close together. With the left, the middle and the right one I count three open flowers in this row.",
          answer: "Three",
          longThoughts: [
            {
              continuation:
                "the bunch in the centre has a gap in it: a strip of cream background comes down between two dark petals, right above the space between the buds. To the left of the gap there is a flower with a pale middle petal, to the right a flower with a broad pale petal leaning left. They don't share a stalk. So the bunch is two, and together with the outer ones the answer is Four.",
              answer: "Four",
            },
            {
              cue: "Hmm,",
              continuation:
                "a flower of this kind seems to have about six petals. In the middle bunch I get to at least eight tips before I lose track, too many for one. Splitting it at the cream-coloured gap gives two flowers with a normal number each. One on the left, two in the centre, one on the right. I correct myself: the answer is Four.",
              answer: "Four",
            },
          ],
        },
      ],
    },
    {
      question: "Which of the three closed buds in front sits lowest?",
      choices: ["The left one", "The middle one", "The right one", "All are level"],
      key: "The middle one",
      shortAnswer: "The middle one",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "There are three closed buds that can be seen well. The left and the right bud have their tips near the bases of the flowers. The bud between them is placed deeper, closer to the V-shaped opening of the sheath. So the middle one sits lowest.",
          answer: "The middle one",
          longThoughts: [
            {
              continuation:
                "tips can mislead when buds lean, so I compare the bottoms as well. The left bud's round end is above the rim of the sheath on its side. The right bud's end just touches the rim. The middle bud goes down between the two arms of the V and has its stalk in there. By the bottoms the order stays the same. So the answer is The middle one.",
              answer: "The middle one",
            },
          ],
        },
        {
          thought:
            "The three buds form a small group over the sheath. The right bud leans on the rim and is partly in the shadow, and its lower end disappears behind the folded edge. It gives the impression to be the one deepest in the sheath. So it is the right one.",
          answer: "The right one",
          longThoughts: [
            {
              continuation:
                "its lower end meets the rim, but where is the rim at this place? On the right it climbs steeply, so touching it doesn't mean being deep. The tip of this bud is almost as high as that of the left one, near the bottom of the third flower. The middle bud begins about where the other two have their thickest part, and it ends further down, inside the V. So not the right one: the answer is {label:The middle one}.",
              answer: "The middle one",
            },
          ],
        },
        {
          thought:
            "The buds on the left and on the right have about equal height. Between them and in front is a smaller bud with its tip at the level of their middles. Its lower part reaches into the cut of the sheath. This shows that the middle bud is lowest.",
          answer: "The middle one",
          longThoughts: [
            {
              continuation:
                "there is another bud half hidden on the right of it, with a dark speck near its base, and that one is about as low. It isn't one of the three that stand out, though; the rim covers a large part of it. Within the three in front, nothing changes: left high, right high, the one between them sunk into the cut. The answer is the middle one.",
              answer: "The middle one",
            },
          ],
        },
      ],
    },
    {
      question: "What does the surface of the cup-shaped sheath below the flowers look like?",
      choices: [
        "Smooth and glossy",
        "Covered with fine hairs",
        "Papery, with lengthwise ribs",
        "Set with small thorns",
      ],
      key: "Papery, with lengthwise ribs",
      shortAnswer: "Papery and ribbed",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "The sheath has a light spot on its left side where the light is reflected. Reflections like this one are typical of a smooth, glossy surface such as the skin of an onion. The form is round like a vase too. Therefore I think it is smooth and glossy.",
          answer: "Smooth and glossy",
          longThoughts: [
            {
              continuation:
                "a gloss would be one bright spot with a clear border. The light area on the left is broken up: grainy, with dull patches and creases running through it. From the bottom of the cup upward, dark and light lines alternate, all following its curve. Where the sheath ends, at the right, it is crumpled and twisted like thin dry paper. So the shine is only a brighter part of a matt skin, and the answer is Papery, with lengthwise ribs.",
              answer: "Papery, with lengthwise ribs",
            },
          ],
        },
        {
          thought:
            "The cup under the flowers shows many fine lines from the base to the rim. Its edge is thin and wrinkled, and the two ends curl like dried leaves. I cannot see hair or thorns on it. The best fit is papery with ribs along its length.",
          answer: "Papery, with lengthwise ribs",
          longThoughts: [
            {
              continuation:
                "fine hairs would show best at the outline, against the light background. I follow the left contour from the stalk up to the flap: it is one crisp line. The right contour is crisp as well, with a slight bump where it bends. No fuzz and no thorn breaks them. The lines on the surface itself run up from the base, side by side. So the answer is {label:Papery, with lengthwise ribs}.",
              answer: "Papery, with lengthwise ribs",
            },
          ],
        },
        {
          thought:
            "I zoom in on the sheath. It is grainy, with dark furrows that start at its base and go up next to each other. At the upper border the tissue is so thin that it folds and twists like the dry skin of an onion. This is best expressed by papery, with lengthwise ribs.",
          answer: "Papery, with lengthwise ribs",
          longThoughts: [
            {
              continuation:
                "the grain consists of tiny light points, and those could be a coat of very fine hairs, as many stems and buds have it. What is their arrangement? They sit in rows along the furrows. That is how thin, dry tissue crinkles over its veins. Hairs would also stand out at the edge of the V, where I see through to the dark: that edge is a thin, bare, folded line. The coat of hair is out, and the answer is Papery, with lengthwise ribs.",
              answer: "Papery, with lengthwise ribs",
            },
          ],
        },
      ],
    },
    {
      question: "Which part of the split sheath stands free and curls upward?",
      choices: ["Its right end", "Its left end", "The point of the V in front", "Its lower edge at the stem"],
      key: "Its right end",
      shortAnswer: "The right end",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "On the right of the sheath a narrow strip leaves the cup, rises beneath the flower on the right side and ends in a curled point. It is not attached to anything. This part stands free and curls upward, so the answer is its right end.",
          answer: "Its right end",
          longThoughts: [
            {
              continuation:
                "the left end stretches out as well, and I ought to compare the two. The left flap runs out to the side, flat and crumpled, and slips behind the leftmost flower. The right strip is twisted, narrows toward its end, and in the last piece it turns up so that it points at the rightmost flower. Against the pale background its whole outline is free. So the answer is Its right end.",
              answer: "Its right end",
            },
          ],
        },
        {
          thought:
            "The sheath has opened in the form of a V, and the two sides bend away from each other. The left side has a long thin end that leaves the cup and goes up to the left under the flower with the long petal. I think that it is the left end that curls up.",
          answer: "Its left end",
          longThoughts: [
            {
              continuation:
                "does the left end curl? Where it passes the stalk of the leftmost flower it lies almost flat, and then it vanishes behind the petals, with only a small tip to be seen beyond. Free is the wrong word for this. On the other side a ribbon comes off the rim, rises, twists, and finishes in a hook that points up, with nothing but background around. I had the sides swapped, the answer is {label:Its right end}.",
              answer: "Its right end",
            },
          ],
        },
        {
          thought:
            "There are two ends of the sheath. One is partly behind a flower. The other, on the right, forms a twisted ribbon with a raised point, which is separate from the flowers and casts no shadow on them. That one is free, and it is on the right.",
          answer: "Its right end",
          longThoughts: [
            {
              continuation:
                "what about the point of the V? It is a fold in the front, where both sides meet, and it points down and not up. At the stem the cup closes in a neat round collar without any loose edge. So of all the places offered there's just one where something sticks out and turns upward: the ribbon beneath the rightmost flower. The answer is its right end.",
              answer: "Its right end",
            },
          ],
        },
      ],
    },
  ],
};
