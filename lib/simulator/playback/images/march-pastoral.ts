import type { PlaybackImage } from "../types.ts";

export const marchPastoral: PlaybackImage = {
  name: "march-pastoral",
  description:
    "A soft sepia photograph of sheep on a rough pasture, wider than high. In the foreground, right of the middle, a large woolly ewe stands sideways with her body to the right, her head lowered and turned away so that mainly its thick wool and one black ear show. Under her flank a small pale lamb stands with its rump to the viewer, its legs spread, and its head hidden beneath her: it is suckling. Behind her back the wool of another sheep and the rounded back of a third are visible. On the left, a white young sheep with a curly fleece faces the viewer and grazes with its head down. Above it, on a low bank, a dark-faced sheep with dark legs stands sideways and looks to the left. Right of the middle, farther back, one more sheep faces the viewer. At the far right, a group of ewes and lambs is blurred and out of focus. Dry grass, reeds and bare, thorny twigs frame the left side and the bank; behind them a flat horizon runs under a strip of pale sky. In the lower left corner stands, faintly lettered, P. H. EMERSON. The light is dull and even.",
  questions: [
    {
      question: "Which name is faintly lettered in the lower left corner?",
      choices: ["P. H. ANDERSON", "P. H. EMERSON", "R. H. EMERY", "P. M. ELLISON"],
      key: "P. H. EMERSON",
      shortAnswer: "P. H. Emerson",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "In the lower left corner there are faint letters, spaced widely. I can read a P, then an H, and then a longer word that ends with SON. Since the letters in the middle are hard to see, the most common name of this form is Anderson. So the answer is P. H. ANDERSON.",
          answer: "P. H. ANDERSON",
          longThoughts: [
            {
              continuation:
                "I filled the gap with the likeliest name instead of reading it. After the H comes a letter with three bars to the right, an E. The next is wide, with two peaks, an M. Then another E, an R, and S, O, N. An A would need a slanting left side, and there isn't one. Seven letters after the initials fit as well, Anderson would have eight. So the answer is P. H. EMERSON.",
              answer: "P. H. EMERSON",
            },
          ],
        },
        {
          thought:
            "The letters at the lower left are dark on a dark ground, but they can be read one by one: P, H, E, M, E, R, S, O, N. Together they give the name P. H. Emerson, which is probably the photographer. This is one of the choices.",
          answer: "P. H. EMERSON",
          longThoughts: [
            {
              continuation:
                "the faintest ones are the M and the last N, so those decide. For the M I see two uprights with a notch in the middle, broader than the E on either side of it. A double L would leave the space open at the top. At the end, after a round O, a letter with two uprights stands alone. With a Y it would have a single foot. So the reading holds, and {label:P. H. EMERSON} is the answer.",
              answer: "P. H. EMERSON",
            },
          ],
        },
        {
          thought:
            "I can see the signature in the corner: it starts with P. The following letter has several strokes and could be an M or an H. The name after it starts with an E and ends with SON. That leaves Ellison and Emerson, and the thin strokes in the middle look like LL to me.",
          answer: "P. M. ELLISON",
          longThoughts: [
            {
              continuation:
                "let me take the letter after the P first. It has two uprights and a bar across the middle, and no notch at its top: an H. This alone already decides against the P. M. on the list. Now the strokes after the E: they are joined at the top by a notch, so they're one M and not two Ls, and after it another E with its three bars follows. So the answer is P. H. EMERSON.",
              answer: "P. H. EMERSON",
            },
          ],
        },
      ],
    },
    {
      question: "What is the lamb in the foreground doing?",
      choices: [
        "Suckling from the ewe",
        "Sleeping on the ground",
        "Grazing beside the ewe",
        "Jumping over a branch",
      ],
      key: "Suckling from the ewe",
      shortAnswer: "Suckling",
      type: "Causal and Commonsense",
      simpleThoughts: [
        {
          thought:
            "The small lamb in the foreground stands with its back to us. Its head is pushed under the belly of the large ewe, near her hind leg. The legs of the lamb are spread, as is usual when it pushes upward for milk. So it is suckling.",
          answer: "Suckling from the ewe",
          longThoughts: [
            {
              continuation:
                "its head isn't visible, so grazing in the shade of the ewe is possible as well. In that case its neck would go down toward the grass and its back would slope. The lamb's front is pushed in under her flank at the height of her udder, and its shoulders don't drop. The ewe stands quite still for it. Everything goes with milk, and the answer is Suckling from the ewe.",
              answer: "Suckling from the ewe",
            },
          ],
        },
        {
          thought:
            "Sheep on a pasture spend most of their time eating grass. The lamb has its head down in front, where I cannot see it, and it is standing in the grass next to the mother. The white sheep at the left does the same. I believe that it is grazing.",
          answer: "Grazing beside the ewe",
          longThoughts: [
            {
              continuation:
                "the sheep on the left can serve for comparison. When it grazes its neck hangs and its nose is in the grass. The lamb's back stays level and goes straight in under the ewe, behind the curtain of her wool. The ground below her is trodden and nearly bare, so there would be little to eat. It isn't beside her but beneath her, at her udder. So the answer is {label:Suckling from the ewe}.",
              answer: "Suckling from the ewe",
            },
            {
              cue: "Alternatively,",
              continuation:
                "it could be looking for milk. What would I expect to see then? A lamb that stands across under the mother, hind legs set apart, its head gone behind her flank. Precisely that is the picture: rump and two woolly hind legs toward me, the rest under the ewe. For a lamb that is grazing, the mother's belly would be in the way. The answer is Suckling from the ewe.",
              answer: "Suckling from the ewe",
            },
          ],
        },
        {
          thought:
            "The lamb stands on its four legs, so it does not sleep. No branch is under it, so it is not jumping. Its head is hidden below the ewe's body where the udder is. The natural explanation is that it drinks milk from its mother.",
          answer: "Suckling from the ewe",
          longThoughts: [
            {
              continuation:
                "there is something like a branch near the ewe's front, a dark slanted piece with a light edge that goes to the lower right. I should see whether the lamb has to do with it. It lies well to the right of the lamb, below the ewe's head, and the lamb's feet are all on the ground. Its weight leans in toward her. My first reading is good, and the answer is suckling from the ewe.",
              answer: "Suckling from the ewe",
            },
          ],
        },
      ],
    },
    {
      question: "Which way does the dark-faced sheep on the bank at the upper left look?",
      choices: ["To the left", "To the right", "Toward the viewer", "Away from the viewer"],
      key: "To the left",
      shortAnswer: "To the left",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "On the bank there is a sheep with a dark face. Its body stands sideways, the rump being on the right and the head on the left. The face is turned to the left border of the image. So it looks to the left.",
          answer: "To the left",
          longThoughts: [
            {
              continuation:
                "body and face can point in different directions, so the face by itself: a dark oval that narrows downward, with one ear sticking out to the far left and the other close to the wool. It is turned a little to me, but the muzzle is left of the neck and the chest. If it looked right at me, both ears would be even on either side. So the answer is To the left.",
              answer: "To the left",
            },
          ],
        },
        {
          thought:
            "There are several sheep in the back. One of them stands on higher ground and its dark face with both ears can be seen from the front, above the pale chest. It seems curious about the photographer. The dark-faced sheep looks toward the viewer.",
          answer: "Toward the viewer",
          longThoughts: [
            {
              continuation:
                "the sheep with both ears level and its chest to the front is the one right of the middle, far back. The question means the sheep on the bank at the upper left, which is closer and bigger. On that one I see the whole side with its fleece, four dark legs in a row, and the black face at the left end, pointing off to the left. I had the wrong animal. So the answer is {label:To the left}.",
              answer: "To the left",
            },
          ],
        },
        {
          thought:
            "The large ewe in front has her head on the right side, and the other sheep are going in the same direction along the pasture. The one on the bank stands parallel to her, with a dark head. In a flock they usually walk together, so it looks to the right.",
          answer: "To the right",
          longThoughts: [
            {
              continuation:
                "what a flock usually does isn't what I see here. On the bank, the thick pale fleece ends at the right in a round rump over a dark hind leg. At the other end, on the left, there's the black face with a pale forehead. So it stands against the direction of the ewe in front. A head at the left end with its muzzle outward can't be looking right. The answer is To the left.",
              answer: "To the left",
            },
          ],
        },
      ],
    },
    {
      question: "Which part of the flock is most out of focus?",
      choices: [
        "The group at the far right",
        "The ewe in the foreground",
        "The white sheep at the left",
        "The dark-faced sheep on the bank",
      ],
      key: "The group at the far right",
      shortAnswer: "The far right group",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "The picture is sharp in the front, where the curls of the ewe's wool can be counted. The sheep at the left has clear curls as well. On the right in the back, the sheep and lambs are just soft spots. This group is most out of focus.",
          answer: "The group at the far right",
          longThoughts: [
            {
              continuation:
                "the lamb under the ewe has soft edges too, maybe since it moved. It isn't a choice, and its hind legs still show their woolly ridges. At the far right I try to count the animals and fail: backs melt into each other, one ear might be a lamb or a tuft of grass. There are scratches on the print at that place, and they are sharper than the sheep. So the answer is The group at the far right.",
              answer: "The group at the far right",
            },
          ],
        },
        {
          thought:
            "The dark-faced sheep on the bank stands far away from the camera, behind the ewe. Objects in the distance are usually blurred in such photographs. Its legs are dark and without details, so I would choose it as the part of the flock that is most out of focus.",
          answer: "The dark-faced sheep on the bank",
          longThoughts: [
            {
              continuation:
                "dark isn't the same as blurred. The outline of that sheep is quite neat: I can see the short curls along its back against the field, and a pale forehead above the face. Now to the right side: there the sheep have no curls and no faces, they are pale cushions with smudges for heads. They are the ones the lens lost. So not the sheep on the bank, and the answer is {label:The group at the far right}.",
              answer: "The group at the far right",
            },
          ],
        },
        {
          thought:
            "I compare the sharpness of the four. The ewe in front: wool in crisp locks. The white sheep at the left: curls well visible. The sheep on the bank: a bit softer but clear. The animals at the far right: very soft and without detail. So the last group is the most blurred one.",
          answer: "The group at the far right",
          longThoughts: [
            {
              continuation:
                "maybe the softness there is mist and not focus. Mist would make things paler with distance, yet the field behind that group is as dark as elsewhere, and the reeds along the bank at about the same distance have soft edges also. Whatever its cause, the question is about which part is least sharp, and no other part comes near. The answer is the group at the far right.",
              answer: "The group at the far right",
            },
          ],
        },
      ],
    },
  ],
};
