import type { PlaybackImage } from "../types.ts";

export const blackCanyon: PlaybackImage = {
  name: "black-canyon",
  description:
    "A sepia landscape photograph of a broad river that bends away between rocky canyon walls under a blank, cream-coloured sky. On the right, a steep wall in deep shadow rises from the water to the upper edge. On the left, rough slopes climb in sunlight, their feet in shade, to a blunt peak left of the centre. In the gap between them stands a distant, paler mesa with a flat top. The water is smooth and streaked, with a bright patch of reflected sky near the middle. At the lower left, a long wooden rowing boat lies against a sandy shore, its bow pointing right. It has one mast, with a pale sail wrapped tightly around it. A single man in a brimmed hat, light shirt and dark vest sits in the boat left of the mast; he faces left with his head bowed over something pale on his lap. Right of the mast, a large box covered with black cloth stands near the bow. A thin pole sticks out to the left behind a pile of rocks. Boulders are strewn over the lower right, and two small looped marks in dark line, like figures of eight, stand on the sand near the corner.",
  questions: [
    {
      question: "How many people are in the picture?",
      choices: ["None", "One", "Two", "Three"],
      key: "One",
      shortAnswer: "One",
      type: "Counting and Quantification",
      simpleThoughts: [
        {
          thought:
            "The boat lies at the shore on the left. In it sits a man with a hat beside the mast. To the right of the mast there is another dark figure, draped in black, that seems to be a second person under a blanket. So there are two people in the picture.",
          answer: "Two",
          longThoughts: [
            {
              continuation:
                "that dark shape beyond the mast bothers me. A person under a blanket would have a rounded top where the head is, and slopes for the shoulders. This has a flat top, two nearly vertical sides and square corners, and the cloth falls in straight folds like over a crate. It is also wider than the man is tall when sitting. It must be a box with black cloth on it. On the rocks at the right and along the sand I find nobody. That leaves the man with the hat alone, so the answer is One.",
              answer: "One",
            },
          ],
        },
        {
          thought:
            "This is a wide canyon with a river. I scan the shore: rocks at the right, sand in the middle, a boat at the left. In the boat a small figure in a pale shirt and a hat sits with the head down. There is no other figure on the banks. The count is one.",
          answer: "One",
          longThoughts: [
            {
              continuation:
                "small figures get lost easily in a scene this big, so I go round once more. The far beach on the left is an empty strip of pale sand. The cliff wall on the right is too dark to show a person, and nothing breaks its edge. There are two thin dark marks standing on the sand in front, a little right of the middle, but they are just sticks, far too slim for anybody. And the draped thing in the boat is square. I stay with one person. The answer is {label:One}.",
              answer: "One",
            },
          ],
        },
        {
          thought:
            "The photo shows a quiet landscape of mountains and water. At first the boat at the shore looks as if it was left alone, but next to the foot of the mast there is a bent figure with a round hat and a pale shirt. The legs hang over the side. I see nobody on the rocks, so there is one person.",
          answer: "One",
          longThoughts: [
            {
              continuation:
                "boats on an expedition seldom have a crew of one, so a companion may be near. Where could he be? The heap of rocks at the boat's left end hides its stern, and somebody might crouch there, but I find only a thin pole that sticks out behind them. The black block past the mast has corners and folds and no head. The beach in front is bare apart from pebbles. If there was a second man, he stood behind the camera. What I can count is one, so the answer is One.",
              answer: "One",
            },
          ],
        },
      ],
    },
    {
      question: "Where is the dark, draped box placed in the boat?",
      choices: [
        "To the right of the mast",
        "Between the man and the mast",
        "To the left of the man",
        "On the sand beside the boat",
      ],
      key: "To the right of the mast",
      shortAnswer: "Right of the mast",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "In the boat I can see, going from left to right, the end behind the rocks, a man with a hat, a mast and a black box near the end of the boat. The box is after the mast in this order. So the box stands to the right of the mast.",
          answer: "To the right of the mast",
          longThoughts: [
            {
              continuation:
                "the order is worth a second pass, since the man and the mast are close together. The foot of the mast comes down right behind his back. Between his back and the mast there is hardly a gap, nothing fits in there. Past the mast the gunwale is free for a short way, and then comes the black block, whose right side stops a little before the bow with its coil of rope. It stands inside the boat, not on the sand. The answer is therefore To the right of the mast.",
              answer: "To the right of the mast",
            },
          ],
        },
        {
          thought:
            "The man sits in the boat and right next to him there is a dark box. The mast rises behind. From this angle the box seems to be placed near to the man, between him and the mast, so that he can reach it while he is working with his papers.",
          answer: "Between the man and the mast",
          longThoughts: [
            {
              continuation:
                "I should follow the mast down to its foot instead of guessing. It leans slightly, its top to the left, and meets the boat directly at the man's back, where something dark is stowed low around its base. That dark stuff may be what I took for the box. The real box is a tall block with a flat top and hanging folds, and it stands further to the right, after a clear stretch of gunwale. So it isn't between them. The answer is To the right of the mast.",
              answer: "To the right of the mast",
            },
          ],
        },
        {
          thought:
            "There is a dark round object in the boat on the left of the man, near the middle of the long side. It sits low in the hull, and it is black compared to the pale wood. This is the draped box that the question means. So it is on the left of the man.",
          answer: "To the left of the man",
          longThoughts: [
            {
              continuation:
                "round and low doesn't go with a box under a drape. That thing to his left is barely higher than the side of the boat and looks like a coil or a bag. Draped means that cloth hangs over it, and I can see exactly that on the other side: behind the mast a dark block with a level top, vertical folds and a small piece of cloth trailing on its right. It is about as high as the man's hat. Which one would be called a draped box is clear, and the answer is {label:To the right of the mast}.",
              answer: "To the right of the mast",
            },
            {
              cue: "Hmm,",
              continuation:
                "the object left of him and the object right of the mast are both black, but only one has corners. The right one has a flat lid line and straight sides with folds running down. The left one is a lump with a handle or rope on it. A photographer's dark tent for coating plates would be of the first sort. So the box is to the right of the mast.",
              answer: "To the right of the mast",
            },
          ],
        },
      ],
    },
    {
      question: "What has been done with the boat's sail?",
      choices: [
        "It is raised and full of wind",
        "It is wrapped around the mast",
        "It is spread over the bow",
        "It lies on the sand to dry",
      ],
      key: "It is wrapped around the mast",
      shortAnswer: "Furled around the mast",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "The boat has one mast. The mast is quite thick and uneven, pale, and there are small ties on it. There is no big sheet of cloth in the air. It means that the sail is rolled up around the mast and tied there.",
          answer: "It is wrapped around the mast",
          longThoughts: [
            {
              continuation:
                "a rough mast without any sail would look uneven as well. I compare the top with the rest: the topmost part is thin and clean, and from about a quarter of the way down it gets thicker, with ridges and loose edges standing off, crossed here and there by a line. Near the foot it is thick again. Wood doesn't bulge like this, gathered canvas does. And no cloth is lying on the sand. So the answer is It is wrapped around the mast.",
              answer: "It is wrapped around the mast",
            },
          ],
        },
        {
          thought:
            "A cloth covers something at the front of the boat, near the bow on the right. Sails are large pieces of cloth, and when a boat is on shore the crew takes the sail down. Therefore the cloth at the bow is likely to be the sail, spread over the load.",
          answer: "It is spread over the bow",
          longThoughts: [
            {
              continuation:
                "the cloth near the bow is almost black. Would a sail be black? The pale bundle around the mast has the colour of canvas, and it has the folds and ties of one that was gathered up. The black drape on the block is small, hardly wider than the block itself, and far too little for a mast of that height. It is more like a cover against light. So the sail must be the pale roll, and the answer is {label:It is wrapped around the mast}.",
              answer: "It is wrapped around the mast",
            },
          ],
        },
        {
          thought:
            "I look at the mast of the boat. It stands upright with a rope going down to the left. Along the mast there is pale fabric bound tightly to it, with wrinkles. The sail is not hoisted. The fabric is wound about the mast, so this option is the correct one.",
          answer: "It is wrapped around the mast",
          longThoughts: [
            {
              continuation:
                "the rope that goes down to the left could be the edge of a thin sail in the air. If so, there would be a lighter triangle between rope and mast, and the cliff behind it would be veiled. The water and the dark rock go on there without any change, so between the two is only air. The wrinkled fabric stays close to the pole along its whole length. That confirms what I had, and the answer is that it is wrapped around the mast.",
              closing: "The description says that the sail is wrapped around the mast.",
              answer: "It is wrapped around the mast",
            },
          ],
        },
      ],
    },
    {
      question: "Which part of the landscape lies in the deepest shadow?",
      choices: [
        "The blunt peak left of the centre",
        "The distant flat-topped mesa",
        "The steep wall on the right",
        "The sandy shore in front",
      ],
      key: "The steep wall on the right",
      shortAnswer: "The wall on the right",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "Comparing the tones, the sky is the brightest. The slopes at the left have sunlit rocks. The wall on the right side is almost uniformly dark brown, from the water up to the top edge, with little detail. This is the deepest shadow in the landscape.",
          answer: "The steep wall on the right",
          longThoughts: [
            {
              continuation:
                "the foot of the left slope is also very dark, so let me weigh the two. On the left the shadow is a band along the water, and its upper edge gives way to lit rock with clear ledges. That band isn't offered as a choice anyway, only the peak above it, and the peak has a bright face to the right. The right wall stays dark over its full height and I can hardly pick out a crack in it. The mesa is the palest rock of all. The answer is The steep wall on the right.",
              answer: "The steep wall on the right",
            },
          ],
        },
        {
          thought:
            "The canyon has several rock masses. The peak left of center rises above the river and its lower part is black where the sun does not reach it. It looks heavier than the other mountains. I think the deepest shadow is at this peak on the left side.",
          answer: "The blunt peak left of the centre",
          longThoughts: [
            {
              continuation:
                "I lumped the peak and the black band at the river together. The peak itself is the blunt head high up, against the sky, and there the stone is mid-brown with lit facets. The black band lies much lower, at the bend of the water. Even so, the right side beats both: from the boulders up to the top of the frame it is one dark mass. The sun comes from behind it, which would explain why no part of it is lit. So the answer is {label:The steep wall on the right}.",
              answer: "The steep wall on the right",
            },
          ],
        },
        {
          thought:
            "The right side of the image is dominated by a huge dark cliff. It gets no sun at all, in contrast with the left bank where ridges shine. The mesa in the back is pale because of the distance. The shadow is deepest on the right wall.",
          answer: "The steep wall on the right",
          longThoughts: [
            {
              continuation:
                "is the sand in front possibly darker, close to the water? There is a brown wet strip beside the boat, but footprints and pebbles remain easy to see in it, so it is only a middle tone. The mesa between the walls is hazy and light. On the right wall I have to search for any edge at all. Its reflection is the darkest part of the river, too, which fits. The answer is the steep wall on the right.",
              answer: "The steep wall on the right",
            },
          ],
        },
      ],
    },
    {
      question: "Why does the surface of the river look smooth, with soft pale streaks?",
      choices: [
        "The water is frozen over",
        "A long exposure blurred the moving water",
        "Heavy rain is falling on it",
        "The boat has just crossed it",
      ],
      key: "A long exposure blurred the moving water",
      shortAnswer: "Long exposure of flowing water",
      type: "Causal and Commonsense",
      simpleThoughts: [
        {
          thought:
            "The river is smooth like a mirror and has white streaks on it. The tones are pale and there are no waves. A surface without any ripple is typical for ice, and the streaks can be cracks or snow that the wind has moved. So the water is frozen over.",
          answer: "The water is frozen over",
          longThoughts: [
            {
              continuation:
                "ice would not fit with the rest of the place. A man in shirt sleeves sits in the boat, the shore is bare sand, and not one rock carries snow. The streaks are not sharp like cracks either: they are wide, soft at both sides, and curve along with the bend of the river. That is how current looks when a slow plate gathers it over many seconds. The rocks came out crisp since they kept still. So the answer is A long exposure blurred the moving water.",
              answer: "A long exposure blurred the moving water",
            },
          ],
        },
        {
          thought:
            "In old photographs the exposure took several seconds. During this time running water moves, and its ripples are averaged into a smooth surface with streaks. The stones and the boat stay sharp because they do not move. A long exposure explains how the river looks here.",
          answer: "A long exposure blurred the moving water",
          longThoughts: [
            {
              continuation:
                "if the exposure was long, then other moving things ought to be soft as well. The man is fairly crisp, but he sits bent over and could hold that for a while. The reflection of the bright sky near the middle has melted edges, and the dark reflection at the right dissolves into bands: both agree. With rain I would expect a dull sky and pitted water, and a boat's wake would begin at the boat, which lies on the sand. So {label:A long exposure blurred the moving water} is the answer.",
              answer: "A long exposure blurred the moving water",
            },
          ],
        },
        {
          thought:
            "The pale streaks on the river start near the boat and go to the middle of the water. When a boat crosses a river it leaves a trail of this kind behind. As the boat is now at the shore, the streaks are the trail it has made before landing.",
          answer: "The boat has just crossed it",
          longThoughts: [
            {
              continuation:
                "a wake spreads from the stern in a narrow V. The lightest streaks here are not near the boat at all, they are at the far side, where the river comes round the bend, and they run across the whole width. Also, the boat's bow is up against the sand on the right end and the man has had time to settle down with his papers. Any wake would be long gone. So flowing water over a long exposure is what I see, but I",
              answer: "A long exposure blurred the moving water",
              truncated: true,
            },
          ],
        },
      ],
    },
  ],
};
