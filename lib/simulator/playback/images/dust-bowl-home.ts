import type { PlaybackImage } from "../types.ts";

export const dustBowlHome: PlaybackImage = {
  name: "dust-bowl-home",
  description:
    "A black-and-white photograph, faintly warm in tone, of a small empty wooden house on a flat, dry plain. The house stands in the right half, seen from a corner. Its walls are weathered vertical boards with narrow strips over the joints; the gabled roof carries rows of light wooden shingles and is whole except for some loose pieces along the ridge. The gable end faces left and has one open doorway without a door: in its left part bright sky and plain show through the house, its right part is black. A large, pale, rough block of stone or concrete lies in front of it as a step. The long side has two tall, narrow windows. Over the upper part of the nearer one hangs a dark, limp sheet, with a scrap of the same below it; through the farther one the sky is visible. Low bushes grow along the walls. On the left, a clump of dry grass stands before a shallow, eroded ditch, and a few crooked fence posts cross the plain. Faint wheel tracks run over the pale, bare soil in front, with bits of rubbish at the lower right. Bulky white clouds fill a soft grey sky; the light comes from high up.",
  questions: [
    {
      question: "How many windows can be seen in the long side of the house?",
      choices: ["One", "Two", "Three", "Four"],
      key: "Two",
      shortAnswer: "Two",
      type: "Counting and Quantification",
      simpleThoughts: [
        {
          thought:
            "On the long side of the house there is an opening at the right end where the sky shines through. It is narrow and tall with a wooden frame. Closer to the corner I see a second frame with a sill, half hidden by something dark that hangs from above. Therefore the wall has two windows.",
          answer: "Two",
          longThoughts: [
            {
              continuation:
                "is the half-hidden one truly a window, or just a patch on the wall? It has a lintel on top, and further down a sill that sticks out, exactly as at the bright one. Between the hanging piece and the sill the wall is open and black inside, with another scrap dangling in it. A patch would be flat against the boards. After it come only boards up to the bright slot, and two more boards up to the end. So I stay with what I counted. The answer is Two.",
              answer: "Two",
            },
          ],
        },
        {
          thought:
            "I go along the long wall from the corner to the right. First there are plain boards, then a window with something dark hanging in front of its upper part. After more boards, close to the far corner, there is a second window which is open so that the sky is seen. Two windows.",
          answer: "Two",
          longThoughts: [
            {
              continuation:
                "I should make sure that I stay on the long wall. The tall opening with the pale step belongs to the gable end, to the left of the corner, and it is a door. From the corner to the right the boards run without a break until the covered window. Then boards again, about as many, then the bright slot, then two or three boards and the end of the wall. No frame or sill appears anywhere else. The answer stays Two.",
              answer: "Two",
            },
          ],
        },
        {
          thought:
            "The house has several openings. At the left there is one with a tall frame, then one in the middle with a black cloth, and near the right end another where you look through to the sky. All of them are narrow, with frames of wood. In total I count three windows on the house side.",
          answer: "Three",
          longThoughts: [
            {
              continuation:
                "the leftmost one reaches down to the ground, with a big pale block before it as a step. That is a doorway, and besides it is in the gable end, under the point of the roof. The wall bends at the corner right of it. So from the three openings I must take this one away. On the long side, below the straight edge of the roof, the covered one and the bright one remain. So the answer is {label:Two}.",
              answer: "Two",
            },
            {
              cue: "Let's double-check the details.",
              continuation:
                "The roof helps to tell the walls apart: over the gable end it forms a slope on each side, over the long side it is one level line. Under the level line I see two sills only, one below the black sheet and one below the bright slot. The third opening has no sill but a threshold, so people walked through it. Two windows, then. I was one too high, the answer is Two.",
              answer: "Two",
            },
          ],
        },
      ],
    },
    {
      question: "How does the nearer window of the long side differ from the farther one?",
      choices: [
        "A dark sheet hangs over its upper part",
        "It has unbroken panes of glass",
        "It is nailed shut with pale boards",
        "It is more than twice as wide",
      ],
      key: "A dark sheet hangs over its upper part",
      shortAnswer: "A dark sheet covers its top",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "The farther window shows the bright sky, so it is open right through. The nearer window is dark. A dark window normally means that there is glass in it which reflects the dark room or the ground. So the nearer window still has its panes, while the other lost them.",
          answer: "It has unbroken panes of glass",
          longThoughts: [
            {
              continuation:
                "glass would be flat and would end at the frame. What I see at the upper half is wider than the frame: it sticks out on both sides, its lower edge hangs unevenly, and the lower right corner curls. Below it, inside the opening, there is a smaller loose scrap at a slant. None of this is what panes do, nor is there any glint. It is a soft dark sheet, tar paper or sacking perhaps. So the answer is A dark sheet hangs over its upper part.",
              answer: "A dark sheet hangs over its upper part",
            },
          ],
        },
        {
          thought:
            "Both windows are tall and narrow with the same kind of sill. On the nearer one, a black piece of material hangs from the top and covers more or less half of the opening. It looks limp, like cloth or tar paper. The farther one has nothing over it. That is the difference.",
          answer: "A dark sheet hangs over its upper part",
          longThoughts: [
            {
              continuation:
                "the width should be compared as well before I settle. The nearer opening, measured at its sill, is a little wider than the farther one, but it is closer to the camera and the wall recedes, so they can well be equal; twice as wide it is not. Pale boards over it would be easy to see, and the covering is nearly black. The sheet is the real difference. The answer is {label:A dark sheet hangs over its upper part}.",
              answer: "A dark sheet hangs over its upper part",
            },
          ],
        },
        {
          thought:
            "I compare the two openings. The right one is empty and clear, nothing is in front of it. At the left one, something dark like an old sack or a piece of roofing paper is fixed to the upper edge and hangs down over the first half. The difference is this dark sheet.",
          answer: "A dark sheet hangs over its upper part",
          longThoughts: [
            {
              continuation:
                "boards that were nailed across would be a rival reading, since people do that when they leave a home. Every board of this house is weathered to a mid-grey with a grain, and the cover on the window is a flat black. Its sides are not straight either: the right one bulges out and the bottom has a small flap. And below it there is a dark gap down to the sill, so nothing was shut. Limp and dark, as I thought at first. The answer is that a dark sheet hangs over its upper part.",
              answer: "A dark sheet hangs over its upper part",
            },
          ],
        },
      ],
    },
    {
      question: "What can be seen through the left part of the open doorway?",
      choices: [
        "A dark inner wall",
        "The sky and the plain behind the house",
        "A piece of furniture",
        "A closed inner door",
      ],
      key: "The sky and the plain behind the house",
      shortAnswer: "Sky and plain beyond",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "The doorway at the gable side is tall. Its right part is black. The left part is very light, the same brightness as the sky near the horizon, and in its lower portion there is a thin vertical post and the ground. So one looks through the house onto the plain and the sky behind.",
          answer: "The sky and the plain behind the house",
          longThoughts: [
            {
              continuation:
                "a light wall inside the room could give the same brightness. But the light strip is divided: bright above, then a horizontal change at the height where the horizon runs outside, and a thin dark post standing up from the lower part, like the fence posts on the left. An inner wall would have none of that. There must be another opening at the back in line with the door. So the answer is The sky and the plain behind the house.",
              answer: "The sky and the plain behind the house",
            },
          ],
        },
        {
          thought:
            "When looking into an abandoned house from outside in full sun, the inside normally appears dark. The doorway in this photo is filled with black, which means that there is an inner wall in shadow. Nothing else can be recognized inside. The answer is the dark inner wall.",
          answer: "A dark inner wall",
          longThoughts: [
            {
              continuation:
                "the black I had in view fills just the right part of the opening. The question asks about the left part, and that one is nearly white. It meets the black in a straight vertical line, probably the edge of a rear door or a partition. In the white strip the horizon can be found again at the same height as outside, left of the house. Light comes straight through. So I take back the wall, and the answer is {label:The sky and the plain behind the house}.",
              answer: "The sky and the plain behind the house",
            },
          ],
        },
        {
          thought:
            "The left half of the door frame is bright and the right half dark. In the bright half a slim dark upright line is visible at the bottom, which might be the leg of a chair, but it stands further away and looks like a post outside. The bright part is sky, so we see through the house.",
          answer: "The sky and the plain behind the house",
          longThoughts: [
            {
              continuation:
                "a chair leg after all? It would be lit from the side and belong to something bigger. I find only that one stick, slightly crooked, rising from pale ground that goes on up to the horizon. Chair legs come in sets, and a room would have a floor of boards in front of it. It still resembles furniture to me when I look at how near to the threshold it is, as the strip is so narrow that distances are hard to judge. On balance the upright is too regular for a post. So I change my answer to A piece of furniture.",
              answer: "A piece of furniture",
            },
            {
              cue: "Wait,",
              continuation:
                "let me test the idea of an inner door. A closed door would carry a frame and would be as grey as the other wood around here. The strip is almost as pale as the clouds, and its brightness drops near the bottom exactly where the land begins outside. No handle, no boards. It is the view out at the back. I keep the sky and the plain behind the house as my answer.",
              answer: "The sky and the plain behind the house",
            },
          ],
        },
      ],
    },
    {
      question: "Which visible detail shows best that nobody lives in this house any more?",
      choices: [
        "The roof has fallen in",
        "The front wall is blackened by fire",
        "Drifting sand has buried the doorstep",
        "Its door and windows stand open and empty",
      ],
      key: "Its door and windows stand open and empty",
      shortAnswer: "Empty door and window openings",
      type: "Causal and Commonsense",
      simpleThoughts: [
        {
          thought:
            "To find out whether someone lives here I look for a door, glass, curtains and things for daily use. The doorway has no door in it and you look straight through. The windows have no glass, and one is hung with a rag. These empty openings show that the house was abandoned.",
          answer: "Its door and windows stand open and empty",
          longThoughts: [
            {
              continuation:
                "the other choices can be checked one by one. The roof: a few shingles or boards are lifted at the ridge, but its slope is straight and closed from end to end. The wall: grey, with some darker stains under the gable, nothing charred. The doorstep: the pale block stands well above the ground, free on all sides. What remains are the openings without door or panes. So the answer is Its door and windows stand open and empty.",
              answer: "Its door and windows stand open and empty",
            },
          ],
        },
        {
          thought:
            "The house stands in an area of dust storms. The ground around is all bare sand, and the pale heap in front of the door seems to be sand that the wind has brought and that covers the step. A family would clear it away. So the buried doorstep shows it best.",
          answer: "Drifting sand has buried the doorstep",
          longThoughts: [
            {
              continuation:
                "that pale heap has hard edges. Its top is flat and level with the threshold, its sides are rough with cracks, and there is a thin shadow along its foot where it sits on the soil. Sand would run out in a soft slope and would lie against the wall as well. It is a solid block, the step itself, and it isn't buried at all. What is really missing in this house are the door and the panes: I can look in one side and out the other. The answer is {label:Its door and windows stand open and empty}.",
              answer: "Its door and windows stand open and empty",
            },
          ],
        },
        {
          thought:
            "The house is old. At the ridge of the roof some pieces stick up, but the roof as a whole is still there. What I miss are the things which close a house: there is no door in the doorway, the right window is just a hole, and the other has a rag in it. The openings are empty.",
          answer: "Its door and windows stand open and empty",
          longThoughts: [
            {
              continuation:
                "before I rule out the roof I should go along it. The long slope toward me is a clean plane with all its rows of shingles. Its lower edge sags a hair, and the ridge has a loose board standing up at the far end, that is all. No rafters are bare and no daylight comes through. People do live under worse roofs. They don't live behind a hole where the door was, with the wind going straight through. So the answer is Its door and windows stand open and empty.",
              answer: "Its door and windows stand open and empty",
            },
          ],
        },
      ],
    },
    {
      question: "If you wanted to enter by the doorway, what would you step on first?",
      choices: [
        "A ramp of wooden planks",
        "A pale block of stone or concrete",
        "A metal grate",
        "Level bare ground",
      ],
      key: "A pale block of stone or concrete",
      shortAnswer: "The pale block",
      type: "Analogical and Goal-Oriented",
      simpleThoughts: [
        {
          thought:
            "In front of the door is a light-colored object that is wider at the bottom than at the top and has a rough surface. It reaches up to the threshold, so it is used as a step. It looks heavy like stone or concrete. I would step on this block.",
          answer: "A pale block of stone or concrete",
          longThoughts: [
            {
              continuation:
                "planks could also be bleached that pale. A ramp would begin far out and rise in one straight slope, and I would see the ends of the boards. This thing is nearly as tall at its front as at the back, with a flat top, and its face is cracked and lumpy. The grass grows right up to its side. It is one solid mass. I'm fine with the answer A pale block of stone or concrete.",
              answer: "A pale block of stone or concrete",
            },
          ],
        },
        {
          thought:
            "The ground before the house is flat and sandy with small plants. The doorway goes down nearly to the soil and the house has no porch and no stairs. The light patch in front of it is just dry soil. So you would step from level ground directly into the house.",
          answer: "Level bare ground",
          longThoughts: [
            {
              continuation:
                "is that light patch really flat? It has a dark line under its front edge, and the bushes on its left end against it instead of growing over it. Its upper edge cuts across the bottom of the doorway, so it stands higher than the soil around, about knee height when I compare it with the door. Flat soil can't hide part of a doorway. It's a step, rough and massive. So not the bare ground: the answer is {label:A pale block of stone or concrete}.",
              answer: "A pale block of stone or concrete",
            },
          ],
        },
        {
          thought:
            "The entrance of the house is on the gable side. Right before it, on the ground, lies something bright and bulky with a flat upper side which leads up to the door opening. As it is rough and has cracks I take it to be stone or concrete, laid there as a doorstep.",
          answer: "A pale block of stone or concrete",
          longThoughts: [
            {
              continuation:
                "I could be fooled by a second thing lying on top of it: a short dark piece shows between the block and the threshold. Is it a grate to wipe the boots on? It is thin and lies in the gap, more like the broken edge of the sill or a board. Whoever comes from the yard reaches the pale block first in any case, and only then that dark strip. So the answer remains a pale block of stone or concrete.",
              answer: "A pale block of stone or concrete",
              rawAnswer: "The step in front of the door",
            },
          ],
        },
      ],
    },
  ],
};
