import type { PlaybackImage } from "../types.ts";

export const frenchAlpineLandscape: PlaybackImage = {
  name: "french-alpine-landscape",
  description:
    "A wide sepia photograph of a mountain landscape. In the foreground, dark spruces stand in an uneven row along the whole width, rising from a shaded, grassy slope that climbs from the lower left to the right edge. The tallest trees are at the far left, where thin, half-bare tops reach above the snow line of the mountains behind. A little left of the centre stands a dead tree without needles, its few crooked branches spread and its top forked; just right of the centre rises a single full, regular spruce. On the right, a closer line of spruces follows the edge of the grass upward. Behind the trees, a hazy valley falls away between pale slopes with little contrast. Beyond it stands a chain of snowy mountains: on the left two broad massifs with blocky, nearly flat rock tops above dark cliffs, right of the centre a sharp white pyramid with a smooth snow ridge sloping to the right, then smaller peaks and a dark, blunt rock head. At the far right a bare, dark ridge comes in from the edge. The sky is plain and grey-brown, darker toward the top, with a few specks on the print.",
  questions: [
    {
      question:
        "What sets the tree with the forked top, a little left of the centre, apart from the trees around it?",
      choices: [
        "It has no needles",
        "It is covered with snow",
        "It is the tallest of all",
        "It has fallen against another tree",
      ],
      key: "It has no needles",
      shortAnswer: "It is bare",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "The trees in the foreground are dense and dark. Left of the center one tree is different: its trunk is thin and you can see each branch separately against the pale mountain. The branches are bare, so it is a dead tree without any needles.",
          answer: "It has no needles",
          longThoughts: [
            {
              continuation:
                "the tall tops at the far left are thin as well, so is bareness really special? Those still have needles lower down, where the branches get bushy. The one with the forked top is bare from its tip to where it drops behind its neighbours: a trunk, a fork like a tuning fork, and crooked single arms. Snow would make it lighter than the slope behind, and it is darker. So the answer is It has no needles.",
              answer: "It has no needles",
            },
          ],
        },
        {
          thought:
            "The tree with the fork at its top stands against the lighter background. Its branches appear bright in some places, especially at the left side where they reach out. Given that the mountains are full of snow, the branches are probably covered with it. So the tree is covered with snow.",
          answer: "It is covered with snow",
          longThoughts: [
            {
              continuation:
                "bright in some places, yes: one or two of the lower branches catch the light and look silvery. Would snow fall on one tree alone? The spruces next to it are black right down to the grass, and the grass itself is clear. Barkless wood shines like that in the sun. What remains as the real difference is that I can see through this tree everywhere. It's a dead, naked trunk. So the answer is {label:It has no needles}.",
              answer: "It has no needles",
            },
          ],
        },
        {
          thought:
            "This tree stands free against the valley, with a high and slim trunk. Its top reaches over the other trees on its right, which look rather small. As it is so slim and high in comparison with them, I would call it the tallest of all the trees.",
          answer: "It is the tallest of all",
          longThoughts: [
            {
              continuation:
                'compared with the small spruce on its right it is tall. Compared with the rest? The full spruce just right of the centre ends higher in the picture, and the trees at the far left go up to the level of the snow. So "tallest of all" can\'t hold. Look at what no other tree has: not one tuft of green-black anywhere, just a trunk with a handful of bent arms. The answer is It has no needles.',
              answer: "It has no needles",
            },
          ],
        },
      ],
    },
    {
      question: "To which side does the grassy slope in the foreground rise?",
      choices: ["To the right", "To the left", "To both sides from the middle", "It is level"],
      key: "To the right",
      shortAnswer: "To the right",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "The grass is at the bottom of the picture. On the right side it takes up nearly half of the height, and its edge runs diagonally from there down to the middle. At the left it is only a thin strip. So the slope rises to the right.",
          answer: "To the right",
          longThoughts: [
            {
              continuation:
                "at the far left there is some lit grass or brush too, under the tall trees, and it bends upward a little at the edge. Is it a second slope? It is small, a low hump with twigs. The large surface is the one with the clean diagonal border: its upper end is at the right edge, about half way up, its lower end runs out near the bottom in the middle. One clear direction. So the answer is To the right.",
              answer: "To the right",
            },
          ],
        },
        {
          thought:
            "On the left the trees are very tall and they reach up to the snow, while the trees on the right are short. Trees which stand on higher ground appear higher in a picture. So the ground must be higher on the left, and the slope rises to the left.",
          answer: "To the left",
          longThoughts: [
            {
              continuation:
                "the height of the tops depends on how close the trees are. I should look at their feet, not their tops. At the left the trunks stand in the dark near the bottom of the picture. At the right the feet of the spruces follow the edge of the grass, each one higher than the last, up to the little tree at the rim. So the ground climbs the other way. I take that back, the answer is {label:To the right}.",
              answer: "To the right",
            },
            {
              cue: "Wait,",
              continuation:
                "what does the grass itself do? Its border starts low in the middle of the picture, goes up past the dark spruces, and leaves at the right edge close to half the height. Tall trees on the left don't change that line. I mixed up the size of the trees with the level of the ground. The answer is To the right.",
              answer: "To the right",
            },
          ],
        },
        {
          thought:
            "I follow the border between the grass and the trees. It starts in the lower middle and goes up steadily in the direction of the right edge of the photo. The spruces at the right stand on this border like on a stair. This means that the slope goes up to the right.",
          answer: "To the right",
          longThoughts: [
            {
              continuation:
                "a valley between two slopes would also give a border that climbs at the right. Then I should find its twin on the left. There the trees stand close and dark, and the ground between them is lost in shade, but the bit of grass at the lower left corner stays low. No twin. In front it is a single hillside that drops to the left. The answer is to the right.",
              answer: "To the right",
            },
          ],
        },
      ],
    },
    {
      question: "Where in the chain of mountains does the sharp, pyramid-shaped snow peak rise?",
      choices: ["Right of the centre", "Left of the centre", "At the far left edge", "At the far right edge"],
      key: "Right of the centre",
      shortAnswer: "Right of the centre",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "On the left of the center there are two huge mountains with snow. One of them has steep sides and a rocky top, and the other one too. They dominate the picture and are the highest. The pyramid-shaped peak must be one of those, left of the center.",
          answer: "Left of the centre",
          longThoughts: [
            {
              continuation:
                "are those two pyramids? The first has a dark block of rock on its top, like a chimney that was cut off. The second is a broad table in steps. Neither runs to a point. Going on to the right, past a dip with a hazy gap, there is a mountain with two straight edges which meet in one white tip, its right edge a long smooth line of snow. That is the pyramid, so the answer is Right of the centre.",
              answer: "Right of the centre",
            },
          ],
        },
        {
          thought:
            "A pyramid has straight sides and a point at the top. Only one of the peaks has this form: it is white, with a long straight ridge going down to the right. It is located behind the spruces, somewhat to the right of the middle of the photo.",
          answer: "Right of the centre",
          longThoughts: [
            {
              continuation:
                "there is the dark peak further right that could pass as a pyramid too. It has a steep left side, but its top is blunt, and it has hardly any snow. Next to it is a little white dome. The sharp one stands between these and the full spruce near the centre, a bit more than half way across. So the answer is {label:Right of the centre}.",
              answer: "Right of the centre",
            },
          ],
        },
        {
          thought:
            "Going from left to right over the skyline I pass two flat-topped mountains, then a saddle, then a white point that is the most regular of them all, then some smaller peaks. The white point lies beyond the middle. It is on the right side from the center.",
          answer: "Right of the centre",
          longThoughts: [
            {
              continuation:
                "how far beyond the middle is it? If it was close to the edge, another choice would be better. The single full spruce marks about the middle of the photo. The white tip is a little to the right of this spruce, and after the tip the chain goes on for more than a third of the width, until the dark ridge cuts it off. It is neither at the edge nor on the left. The answer is right of the centre.",
              answer: "Right of the centre",
            },
          ],
        },
      ],
    },
    {
      question: "Why do the lower slopes across the valley look so pale and flat?",
      choices: [
        "Haze lies in the valley",
        "They are covered with fresh snow",
        "Smoke rises from a fire",
        "They stand in direct sunlight",
      ],
      key: "Haze lies in the valley",
      shortAnswer: "Haze in the valley",
      type: "Causal and Commonsense",
      simpleThoughts: [
        {
          thought:
            "The mountains have snow on them, and snow is pale. The lower slopes are paler than the trees in the foreground and have few details. If it had snowed recently, they would look even and light like this. I think that they are covered with fresh snow.",
          answer: "They are covered with fresh snow",
          longThoughts: [
            {
              continuation:
                "fresh snow would be brightest just where it lies. The summits are nearly white, but the lower slopes have an even middle grey, darker than the snow and lighter than the woods. There's also a clear snow line high up on the cliffs, and what lies below should be free. The grey gets lighter the further back a slope stands, at the end of the valley most of all. That's air with haze in it. So the answer is Haze lies in the valley.",
              answer: "Haze lies in the valley",
            },
          ],
        },
        {
          thought:
            "Things that are far away lose contrast because there is much air between them and the viewer. In the valley, the slopes turn into soft grey layers, one behind the other, with no hard shadows. This is the effect of haze. The trees in front remain black and sharp.",
          answer: "Haze lies in the valley",
          longThoughts: [
            {
              continuation:
                "smoke might soften things in the same manner, so can I exclude it? Smoke would come from one spot, drift to one side, and cover the snow above as well. The veil here is widest at the bottom, fills the valley from wall to wall, and thins out upward until the peaks are clear. No column and no edge. It fits what I thought at first. The answer is {label:Haze lies in the valley}.",
              answer: "Haze lies in the valley",
            },
          ],
        },
        {
          thought:
            "The snow on the mountains is bright and shows sharp shadows, so the sun is shining up there. The slopes below have no shadows at all and melt into each other, more and more toward the end of the valley. Something in the air takes their contrast away, and this is haze.",
          answer: "Haze lies in the valley",
          longThoughts: [
            {
              continuation:
                "might it be the sun itself that bleaches them? Direct sun makes contrast, it doesn't take it away. The snowy faces prove it: bright ridges next to dark gullies. Lower down there is no such play of light and dark. The slopes are flat grey shapes which I can only tell apart by their outlines, the more so the farther away they are. What lies between them and me must be the cause, and the sun is ruled out. The answer is Haze lies in the valley.",
              answer: "Haze lies in the valley",
            },
          ],
        },
      ],
    },
  ],
};
