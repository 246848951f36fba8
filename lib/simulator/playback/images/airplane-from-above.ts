import type { PlaybackImage } from "../types.ts";

export const airplaneFromAbove: PlaybackImage = {
  name: "airplane-from-above",
  description:
    "An old, brownish black-and-white photograph of a small single-engine airplane in flight, seen from straight above. Its nose points to the top of the picture and its tail to the bottom. The straight, ribbed, light grey wings reach across most of the width. Near each wingtip is a large round marking with a dark outer ring, a pale inner ring and a mid-grey centre. Further in, each wing carries a pale triangle that points outward to the tip, with a tiny dark silhouette of an airplane inside. At the top, a two-bladed propeller stands crosswise before a glossy metal nose, and short dark stubs stick out on both sides of it. The body narrows toward the tail; its right half is bright, its left half dark. On the left half of the fan-shaped tailplane lies a dark, slanting wedge, the shadow of the upright fin. Far below is dark land with strips of fields and thin, winding roads. One broad, bright road runs diagonally from the right edge, passes under the wing and fades toward the lower left. White clouds cover the lower left and the area around the body. Scratches, specks and a small pale blemish at the lower right mark the print.",
  questions: [
    {
      question: "How many tiny airplane silhouettes are painted on the wings?",
      choices: ["None", "One", "Two", "Four"],
      key: "Two",
      shortAnswer: "Two",
      type: "Counting and Quantification",
      simpleThoughts: [
        {
          thought:
            "The wings carry round targets near the tips and pale triangles further inside. The triangles look like arrows with a short dash in the middle, maybe a rivet or a scratch. There is no drawing of a plane anywhere. So the number of silhouettes is zero.",
          answer: "None",
          longThoughts: [
            {
              continuation:
                "the dash inside the triangle was too quickly dismissed. On the left wing it is a thin dark bar with a small knob at either end, and a short stroke crosses it in the middle: wings, tips and a body. A scratch wouldn't have ends like that. On the right wing the same sign is repeated at the same place. It is a miniature plane, once on each side. So the answer is Two.",
              answer: "Two",
            },
          ],
        },
        {
          thought:
            "In each of the two pale triangles there is a small dark sign in the form of a cross with a long bar, which looks like a little airplane. One of them is in the left triangle, one in the right. The round markings contain only rings. That means two silhouettes.",
          answer: "Two",
          longThoughts: [
            {
              continuation:
                "could there be more of them close to the body, where the wing is darker? I go from the left tip inward: ring marking, ribs, triangle with its sign, ribs, fuselage. From the right tip: ring marking, ribs, triangle with its sign, ribs. The tail has ribs and a shadow, no sign. It is one per wing. So {label:Two} is the answer.",
              answer: "Two",
            },
          ],
        },
        {
          thought:
            "There are symbols on both wings: on the left wing a circle and a triangle, on the right wing again a circle and a triangle. The circles are made of rings with a plain disc in the center. Inside of the triangles there is a small dark plane each. So the number is two.",
          answer: "Two",
          longThoughts: [
            {
              continuation:
                '"a plain disc" has to be true for both circles, otherwise there are more. In the centre of the left one there is a grey dot, evenly filled, without wings or lines. The one on the right has the same dot, perhaps a trace larger. The triangles are the ones with a figure: a short bar with thickened ends, crossed by a body. I also look along the fuselage and at the tail, and see reflections and ribs, nothing painted. One plane to a wing, then. The answer is Two.',
              answer: "Two",
            },
          ],
        },
      ],
    },
    {
      question: "Which way do the pale triangles on the wings point?",
      choices: [
        "Outward to the wingtips",
        "Inward to the fuselage",
        "Forward to the propeller",
        "Backward to the tail",
      ],
      key: "Outward to the wingtips",
      shortAnswer: "Outward",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "The triangle on the left wing has its wide side on the left, close to the round marking, and its point on the right next to the fuselage. On the right wing it is mirrored. Both lead the eye to the center, so they point inward to the fuselage.",
          answer: "Inward to the fuselage",
          longThoughts: [
            {
              continuation:
                "I want to look at the left triangle again, at its ends. At the end close to the body there is a tall vertical edge, about a quarter of the wing's depth. Going away from the body the two long sides come together, and they meet not far from the dark ring. So the sharp end is the outer one and I had it turned around. On the right wing the vertical edge is the inner one again, too. So the answer is Outward to the wingtips.",
              answer: "Outward to the wingtips",
            },
          ],
        },
        {
          thought:
            "Each triangle has a vertical base close to the fuselage. From there two sides run together toward the round marking. So the left triangle points to the left and the right one points to the right. Both of them point outward, in the direction of the wingtips.",
          answer: "Outward to the wingtips",
          longThoughts: [
            {
              continuation:
                "forward would be up in this picture, as the propeller is at the top, and backward would be down. Neither of the triangles is turned like this, they lie on their sides. I check the bases once more: left wing, the base is right of the little plane. Right wing, the base is left of it. The points are on the far sides. So the answer is {label:Outward to the wingtips}.",
              answer: "Outward to the wingtips",
            },
          ],
        },
        {
          thought:
            "I find a pale triangle on the right wing. Its flat side is near the body of the plane and its sharp corner is on the right. The one on the left wing is the mirror image. They are like two arrows which show away from the pilot, toward the tips.",
          answer: "Outward to the wingtips",
          longThoughts: [
            {
              continuation:
                "there is one thing I have to take into account: an arrow is read by its sharp end only if it is clearly longer than wide. These are, about twice as long. Now, the small planes in them sit nearer to the wide end. Someone who paints such a wedge would want it to lead to the pilot's seat, where the crew is, and on the left wing the pale area does get lost in the ribs at its outer end. I can't be certain where it closes. So I would rather go with Inward to the fuselage.",
              answer: "Inward to the fuselage",
            },
            {
              cue: "Wait,",
              continuation:
                "am I sure that the corner at the right is sharp and not just faded out? The upper side slopes down and the lower side slopes up, evenly, and they meet at one spot about two thirds of the way to the tip. Before that spot the edges are still clean. A fade would lose the edges first. It holds for the left one as well. The answer remains outward to the wingtips.",
              answer: "Outward to the wingtips",
            },
          ],
        },
      ],
    },
    {
      question: "What is the dark, slanting wedge on the left half of the tailplane?",
      choices: [
        "The shadow of the upright fin",
        "A hole in the covering",
        "A painted stripe",
        "A strip of dark land seen through a gap",
      ],
      key: "The shadow of the upright fin",
      shortAnswer: "The fin's shadow",
      type: "Causal and Commonsense",
      simpleThoughts: [
        {
          thought:
            "The sun comes from the right, because the right side of the fuselage is bright and the left side is dark. The vertical fin at the tail stands up in the light and throws its shadow to the left, on the tailplane. This shadow is the dark wedge.",
          answer: "The shadow of the upright fin",
          longThoughts: [
            {
              continuation:
                "a test for a shadow: it has to start where the thing that casts it stands. The wedge begins at the thin bright line down the middle, which is the fin seen edge-on from above, and it widens to the left and back from there. Its outer border is straight, like the edge of a fin. The right half of the tail, on the sunny side, has nothing of the sort. The wedge also covers the ribs without changing their run. So the answer is The shadow of the upright fin.",
              answer: "The shadow of the upright fin",
            },
          ],
        },
        {
          thought:
            "The tailplane is made of cloth over ribs. On the right half all of the ribs are visible. On the left half, a big part is missing and there is only black, with a ragged piece left over at the outer side. The cloth must have been torn off in flight.",
          answer: "A hole in the covering",
          longThoughts: [
            {
              continuation:
                "if cloth were torn off there would be bare ribs and a tattered border. The border that I see is a ruler-straight slant from the body to the rear edge. No rib crosses the black, and no fibre hangs into it. Now the light: the body is bright on its right and dark on its left, so shadows fall to the left. Exactly there stands the wedge, starting at the fin. It is not damage. So the answer is {label:The shadow of the upright fin}.",
              answer: "The shadow of the upright fin",
            },
          ],
        },
        {
          thought:
            "Airplanes of this period had coloured markings on wings and tail so that they could be recognized. The tail here has a dark slanted field on one side. As it has a straight and clean edge, it is most likely paint. I choose the painted stripe.",
          answer: "A painted stripe",
          longThoughts: [
            {
              continuation:
                "a marking would be repeated on the other side, just as the rings and triangles are on both wings. The right half of the tail is plain. A clean edge speaks for paint, but it speaks for a shadow in hard sun as well. Which one is it? The dark half of the fuselage runs into this wedge without any border, and that half is dark only since it is turned away from the sun. It's the same darkness. So the answer is The shadow of the upright fin.",
              closing: "The sun stands on the right, so the fin darkens the left half of the tailplane.",
              answer: "The shadow of the upright fin",
            },
          ],
        },
      ],
    },
    {
      question: "From the outside inward, what tones do the round wing markings show?",
      choices: ["Dark, pale, mid-grey", "Pale, dark, pale", "Dark, mid-grey, pale", "Mid-grey, pale, dark"],
      key: "Dark, pale, mid-grey",
      shortAnswer: "Dark, pale, mid-grey",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "I look at the marking on the right wing. The outermost ring is the darkest one and it is broad. Inside follows a pale ring. The disc in the middle is grey, not as dark as the ring outside. From outside to inside: dark, pale, mid-grey.",
          answer: "Dark, pale, mid-grey",
          longThoughts: [
            {
              continuation:
                "the centre could be as dark as the outer ring and only look lighter because it is surrounded by the pale one. That would usually work the other way round: something small inside a pale field looks darker than it is. And even so, the disc is plainly lighter than the ring, on the left wing as on the right. The sequence from the rim is settled. The answer is Dark, pale, mid-grey.",
              answer: "Dark, pale, mid-grey",
            },
          ],
        },
        {
          thought:
            "The round markings look like targets. Beginning in the middle there is a grey point, then a pale ring, and then a dark ring at the end. I have to give the tones as in the choices, so the order is mid-grey, pale, dark.",
          answer: "Mid-grey, pale, dark",
          longThoughts: [
            {
              continuation:
                "the tones are right, but from which end did I list them? I began in the middle. The question wants the outside first. So I turn it around: the broad ring that touches the wing's surface is dark, next to it comes the pale ring, and the point in the middle is grey. I check the left marking as well, to be safe, and it has the same three. The order asked for is {label:Dark, pale, mid-grey}, so that is the answer.",
              answer: "Dark, pale, mid-grey",
            },
          ],
        },
        {
          thought:
            "The wing is light grey. On it lies the marking near the tip: first a thick ring which is almost black, within it a ring that is nearly white, and in the center a spot with a tone between the two. So from the outside it goes dark, pale and mid-grey.",
          answer: "Dark, pale, mid-grey",
          longThoughts: [
            {
              continuation:
                "around the ring at the tip there seems to be a thin pale border, and if it was painted, the order would begin with pale. At the top the dark ring almost touches the front edge of the wing, and the lit edge makes a pale rim just there. Round the rest of the ring I see plain ribbed wing right up to the black. So it isn't a part of the marking. The three tones that are left are in the order I gave, and the answer is dark, pale, mid-grey.",
              answer: "Dark, pale, mid-grey",
            },
          ],
        },
      ],
    },
    {
      question: "Where in the picture is the biggest patch of cloud that stands apart from the airplane?",
      choices: ["In the lower left", "In the upper left", "In the upper right", "In the lower right"],
      key: "In the lower left",
      shortAnswer: "Lower left",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "Clouds are the white, fluffy areas. There is a large one to the left of the body of the plane, under the left wing in the picture. It covers a good part of the lower left quarter. In the right part the land is dark and free of clouds.",
          answer: "In the lower left",
          longThoughts: [
            {
              continuation:
                "two bright masses compete: one directly behind the fuselage and one further to the left. The first touches the plane's body, so it doesn't stand apart. The second begins below the left round marking and fades out above the lower edge, with dark land all around it. Both upper corners are nearly black except for some haze at the propeller. On the right there are fields. So the answer is In the lower left.",
              answer: "In the lower left",
            },
          ],
        },
        {
          thought:
            "The lower right corner has a bright rounded shape at the edge of the photo. Since everything else around it is very dark, it stands out strongly and it does not touch the airplane. I conclude that this is the cloud that the question refers to.",
          answer: "In the lower right",
          longThoughts: [
            {
              continuation:
                "how large is this bright shape? It is smaller than the tail of the plane, with a hard, curved outline and a dull inside, and it is cut off by the edge of the print. A cloud would have a soft border. It looks like a flaw of the photo. The biggest soft white patch is on the other side: below the left wing, about as tall as half of the fuselage, torn at its borders, and not connected with the plane. So the answer is {label:In the lower left}.",
              answer: "In the lower left",
            },
          ],
        },
        {
          thought:
            "I divide the picture into four quarters. Upper left: dark. Upper right: dark with a thin line. Lower right: fields in stripes. Lower left: a big white cloud with uneven edges and, next to it, more white near the plane's body. The lower left is correct.",
          answer: "In the lower left",
          longThoughts: [
            {
              continuation:
                "the cloud's top reaches up almost to the wing, so some of it may be above the middle line. The picture's middle runs a little below the rear edge of the wing. From there down, the white mass is at its brightest and widest, and only a thin wisp of it is above. So its weight is clearly below the middle and left of the plane. The answer is in the lower left.",
              answer: "In the lower left",
            },
          ],
        },
      ],
    },
  ],
};
