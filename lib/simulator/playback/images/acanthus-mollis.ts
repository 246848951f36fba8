import type { PlaybackImage } from "../types.ts";

export const acanthusMollis: PlaybackImage = {
  name: "acanthus-mollis",
  description:
    "A sepia close-up of the upper part of a spiny flowering stem, standing upright and almost symmetrical before a plain, pale cream background. A thick, dark stem rises from the lower edge in the middle. On it sit three rounded, bud-like bracts, one above the other, facing the viewer. Each has a pale belly with a dark network of veins, like leaded glass, turns nearly black at the top, and bristles with sharp spines on both sides. Short pieces of bare stem show between them. From the stem, three pairs of long side bracts spread to the left and right, six in all, one pair below each bud; they swell near the stem, are just as finely veined, carry rows of spines along their upper edges, and end in long, curved, dark points. The lowest pair is the largest and hangs free on short stalks. In the two lower pairs the left tip ends a little higher than the right one; in the top pair the right tip ends clearly higher than the left. Behind the top bud, on its right, a thin, translucent shred of dried tissue is visible. The light is soft and even; there is no text.",
  questions: [
    {
      question: "How many long side bracts with curved points spread out from the stem?",
      choices: ["Four", "Five", "Six", "Eight"],
      key: "Six",
      shortAnswer: "Six",
      type: "Counting and Quantification",
      simpleThoughts: [
        {
          thought:
            "The plant is symmetrical, so it is enough to count on one side. On the left side I can see long curved points at three heights: one at the top, one in the middle and one at the bottom. The right side has the same number. Three plus three is six.",
          answer: "Six",
          longThoughts: [
            {
              continuation:
                "is the right side truly the same? From the bottom: one large bract curving out to the far right. In the middle: a second one, bending down slightly at its end. At the top: a third one that reaches up steeply, partly behind the spines of the second bud. That's three, each facing one on the left. The many short spines on the buds don't count, they have no body of their own. So the answer is Six.",
              answer: "Six",
            },
          ],
        },
        {
          thought:
            "I see pairs of leaf-like bracts to the left and right of the stem. There is a big pair at the bottom of the picture with long tips and another pair in the middle. Above that the buds with the spines follow. Two pairs make four side bracts in total.",
          answer: "Four",
          longThoughts: [
            {
              continuation:
                "what about the region between the first and the second bud? I went straight from the middle pair to the buds. There are two dark points there that reach far beyond any spine: one runs to the left and is almost horizontal, the other goes up to the right. Both widen toward the stem into a pale, veined body, just as the lower ones do. That is a third pair. Two pairs were too few, with three the answer is {label:Six}.",
              answer: "Six",
            },
            {
              cue: "Let's double-check the details.",
              continuation:
                "Starting at the bottom edge and moving up along the left outline: a long tip, then the spines of the lowest bud, then a long tip, spines of the second bud, a long tip, spines of the top bud. Three long tips on this outline. The right outline gives me three again in the same rhythm. My four left out the uppermost ones. The answer is Six.",
              answer: "Six",
            },
          ],
        },
        {
          thought:
            "Counting the long tips: lower left, lower right, middle left, middle right, upper left, upper right. All of them bend outward and are darker at the end. The parts with short spines which stand around the buds are something else, so I leave them out. There are six long side bracts.",
          answer: "Six",
          longThoughts: [
            {
              continuation:
                "I should justify leaving out the spiny parts by the lowest bud, since they do stick out on both sides. Do they have a long curved point? On the left I find a fan of five or so short spines, each a fraction of the length of the curved points, and behind it a pale shell that hugs the bud. The right one is alike. They belong to the bud's own wrapping, and none has the whip-like end. Counting them would give eight, which I don't believe. The answer is {label:Six}.",
              answer: "Six",
            },
          ],
        },
      ],
    },
    {
      question: "Where are the three bud-like bracts in the middle darkest?",
      choices: [
        "At their tops",
        "At their bases",
        "Along their left edges",
        "They are equally dark all over",
      ],
      key: "At their tops",
      shortAnswer: "At their tops",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "The buds have a light lower half in which the veins are drawn like a net. Moving up, the net becomes denser and the tone darker, until the upper end is almost black. It is the same for all three. They are darkest at the top.",
          answer: "At their tops",
          longThoughts: [
            {
              continuation:
                "the stem directly under each bud is very dark as well, and I don't want to confuse it with a base of the bud. The rounded bottom of the top bud is a soft grey, lighter than the stem it sits on. The same contrast shows at the second and the third. Between the two side edges I see no difference worth naming. At the upper rim, on the other hand, the veins drown in black. So the answer is At their tops.",
              answer: "At their tops",
            },
          ],
        },
        {
          thought:
            "Each bud is connected with the stem at its lower end, and there the plant is thick and dark. The light cannot pass through the stem. The upper parts end in thin spines, which let more light through. So the buds must be darkest at the base.",
          answer: "At their bases",
          longThoughts: [
            {
              continuation:
                "that was a deduction and not a look. When I go to the middle bud and run down it: black cap, then a crowded mesh, then wide pale cells, then a smooth light-grey curve that meets the stem. Light passes best through the belly. The spines on top are thin, true, but they are drawn in solid dark. So the order is the reverse of what I assumed, and the answer is {label:At their tops}.",
              answer: "At their tops",
            },
          ],
        },
        {
          thought:
            "I compare the top and the bottom of the buds. The top bud ends in a black, pointed cap. The second and the third have such black caps too, and the cap of the third nearly merges with the stem piece behind it. Their bellies are pale. The answer is at the tops.",
          answer: "At their tops",
          longThoughts: [
            {
              continuation:
                "let me weigh the left edges before I finish, because the midrib and the outer ribs are dark lines, too. They are lines though, thin ones, and the left and right ribs match each other. An edge that is dark would shade the whole side of the belly. The description says that each bud turns nearly black at the top, and that is what the caps show. So the answer is At their tops.",
              answer: "At their tops",
            },
          ],
        },
      ],
    },
    {
      question: "In which pair of side bracts does the right tip end clearly higher than the left tip?",
      choices: ["The top pair", "The middle pair", "The bottom pair", "In none of them"],
      key: "The top pair",
      shortAnswer: "The top pair",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "The plant looks like a symmetrical ornament. The bottom pair spreads evenly, the middle pair spreads evenly, and the top pair also has one tip on each side. As it is so regular, the tips of a pair should end at the same height. In none of them is the right one higher.",
          answer: "In none of them",
          longThoughts: [
            {
              continuation:
                "symmetry from a distance isn't the same as equal heights. Take the top pair: on the left the point leaves almost flat, and it ends only a little above the first bud's bottom. On the right it climbs steeply, and its end is up beside the belly of that bud. That is a step as tall as one of the big spines. In the middle pair the right one droops instead. So one pair does fit, and the answer is The top pair.",
              answer: "The top pair",
            },
          ],
        },
        {
          thought:
            "Let me compare the tips. Bottom pair: left tip slightly higher than the right. Middle pair: the left tip is again a bit higher, as the right one bends down. Top pair: the right tip points upward and ends above the left one. So it is the top pair.",
          answer: "The top pair",
          longThoughts: [
            {
              continuation:
                "I should repeat the bottom pair, since those tips are far apart and the eye slips. The left tip stops a little below the level where the lowest bud touches its stem piece... no, a bit above that level. The right tip ends just under it. So the left one is the higher, by a small amount, as I had it. For the top pair the difference is several times larger and goes the other way. The answer is {label:The top pair}.",
              answer: "The top pair",
            },
          ],
        },
        {
          thought:
            "At the bottom the two bracts are the largest. The one on the right has a straighter tip that goes far out to the right edge, and it appears to rise more than the one at the left. Thus I think that the right tip is higher in the bottom pair.",
          answer: "The bottom pair",
          longThoughts: [
            {
              continuation:
                "far out isn't the same as high up. The right tip of the bottom pair is nearly horizontal, so it gains no height at its end. The left one starts its run higher and finishes above it, if only slightly. When I move up to the top pair I find what the question asks for: the left tip lies flat and low, the right one is flung upward. So my first pick was wrong, and the answer is The top pair.",
              answer: "The top pair",
            },
          ],
        },
      ],
    },
    {
      question: "What does the pattern of dark lines on the buds resemble most?",
      choices: [
        "The leading of a stained-glass window",
        "The parallel furrows of a ploughed field",
        "The growth rings of a tree trunk",
        "The overlapping scales of a fish",
      ],
      key: "The leading of a stained-glass window",
      shortAnswer: "Leaded glass",
      type: "Analogical and Goal-Oriented",
      simpleThoughts: [
        {
          thought:
            "The surface of the buds is divided by the dark lines into many small pale cells of different form. Light seems to come through the cells. It reminds me of pieces of glass that are held by dark lead strips, as in the window of a church.",
          answer: "The leading of a stained-glass window",
          longThoughts: [
            {
              continuation:
                "scales would also give a surface of small fields. But scales overlap: each would show one rounded free edge, and all would point in one direction. The cells here share their borders, they have four to six corners, and they get larger toward the belly. Furrows and rings would need lines that never meet, while these join everywhere. A net of dark bars around glowing panes is the closest. So the answer is The leading of a stained-glass window.",
              answer: "The leading of a stained-glass window",
            },
          ],
        },
        {
          thought:
            "Several dark lines run from the bottom of the bud to its top, next to each other, with about the same distance. They divide the bud into strips. A ploughed field seen from above has such lines side by side. So I choose the parallel furrows.",
          answer: "The parallel furrows of a ploughed field",
          longThoughts: [
            {
              continuation:
                "the long ribs are there, I count three strong ones on the front of each bud. Are they all of the pattern, though? Between them the field isn't empty: short branches go off at every angle, meet and close around little pale islands. They also bend together at the top and the bottom, so they are no true parallels. With all the cross lines, furrows cover less than half of what I see. The better match, and so the answer, is The leading of a stained-glass window.",
              answer: "The leading of a stained-glass window",
            },
          ],
        },
        {
          thought:
            "The buds are covered with a structure of many small fields which lie close together and are separated by dark, thick lines. The fields are so light that they seem to be lit from behind. A church window has the same look: coloured panes with lead between them. I choose the stained-glass window.",
          answer: "The leading of a stained-glass window",
          longThoughts: [
            {
              continuation:
                "fish scales would also be small fields close together, and I passed them over. Overlap is what I'd have to find. On the top bud I pick one cell in the middle of the belly: its border is one dark line, and the neighbour begins on the other side of the same line. Nothing covers anything. The shapes differ too, long ones below, round ones above, while scales repeat one form. Glowing cells in a dark frame: it stays the window. The answer is {label:The leading of a stained-glass window}.",
              answer: "The leading of a stained-glass window",
            },
          ],
        },
      ],
    },
  ],
};
