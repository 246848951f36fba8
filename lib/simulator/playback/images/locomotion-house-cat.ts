import type { PlaybackImage } from "../types.ts";

export const locomotionHouseCat: PlaybackImage = {
  name: "locomotion-house-cat",
  description:
    "A sepia plate of twenty-four small photographs of one cat in motion, mounted on dark brown card in four rows of six. In every picture the same short-haired tabby, with dark stripes and spots on a lighter coat and pale hind feet, moves to the right, seen from its right side, in front of a pale wall that is ruled with a fine grid; a few of the vertical lines are thicker and darker. A small handwritten number stands in the lower left corner of each picture, from 1 at the top left to 24 at the bottom right. In the top row the cat walks with a raised tail and level back. In the second row it sinks into a crouch, and in pictures 7 and 8 the tip of its tail bends over into a hook; pictures 10 to 12 are slightly blurred. In the third row it pushes off and bounds with its tail high. In the bottom row its body stretches out and the tail sinks, until in the last pictures it streams out behind at about the height of the back. The ground is a pale, streaked strip, and the light is even, with faint shadows under the paws.",
  questions: [
    {
      question: "How many separate pictures of the cat does the plate contain?",
      choices: ["18", "20", "24", "28"],
      key: "24",
      shortAnswer: "24",
      type: "Counting and Quantification",
      simpleThoughts: [
        {
          thought:
            "The plate is arranged like a table. I count the rows from top to bottom: there are four. In the first row I count the cats from left to right: one, two, three, four, five, six. All rows appear to have the same length. Four rows with six pictures each give 24.",
          answer: "24",
          longThoughts: [
            {
              continuation:
                "I assumed that the rows are equal without going through them. Second row: the numbers begin with 7 and the last blurred one is 12. Third row: 13 on the left, 18 on the right. Fourth row: 19 to 24. Each row therefore holds six, and the number in the last corner agrees with four times six. No blank field anywhere. So the answer is 24.",
              answer: "24",
            },
          ],
        },
        {
          thought:
            "The cats are placed in a grid. There are four rows on the dark card. Each row has a cat near the left edge, several cats in the middle, and one near the right edge, which makes five in each row. So 4 times 5 equals 20 pictures in total.",
          answer: "20",
          longThoughts: [
            {
              continuation:
                '"several in the middle" is not a count. In the top row, going by the seams between the prints: cat, seam, cat, seam, cat, seam, cat, seam, cat, seam, cat. Five seams, and so six pictures. The numbers help too, the last one of that row looks like a 6 and the next row starts with 7. With four rows that is 24 and not 20. The answer is {label:24}.',
              answer: "24",
            },
            {
              cue: "Hmm,",
              continuation:
                "if there were twenty, the picture in the bottom right corner ought to be numbered 20. I look for that 20: it stands in the last row, but under the second cat from the left. Four more cats follow it, 21, 22, 23, 24, with the tail getting lower. So I lost one column when I estimated. Six to a row, four rows. The answer is 24.",
              answer: "24",
            },
          ],
        },
        {
          thought:
            "The pictures form a block with rows and columns. In the horizontal direction there are six cats side by side. For the vertical direction I see a walking row, a crouching row, a row with the tail straight up and a row with the tail behind. 6 times 4 makes 24 pictures of the cat on this plate.",
          answer: "24",
          longThoughts: [
            {
              continuation:
                "walking, crouching, bounding, stretching: did I split one row into two there? The dark bars of card between the rows can tell. From top to bottom I find three bars inside the plate, and three bars separate four strips. In the horizontal direction the strips end with the same column on the right, as the prints line up almost exactly. Then six by four is right, and also the last corner carries a two-digit number that begins with a 2. I keep it. The answer is 24.",
              answer: "24",
            },
          ],
        },
      ],
    },
    {
      question: "How is the cat's tail held in the last three pictures of the bottom row?",
      choices: [
        "Straight up",
        "Hanging down to the ground",
        "Streaming out behind, about level with the back",
        "Tucked between the hind legs",
      ],
      key: "Streaming out behind, about level with the back",
      shortAnswer: "Out behind, about level",
      type: "Spatial and Relational",
      simpleThoughts: [
        {
          thought:
            "In almost all pictures of the plate the tail of the cat rises steeply behind it like a flag. This is how a cat walks when it feels confident. The bottom row continues the same movement, so in the last pictures the tail is also held straight up.",
          answer: "Straight up",
          longThoughts: [
            {
              continuation:
                "I generalised from the upper rows. In the bottom row the first picture has the tail rising in a curve. In the second it is lower. By picture 22 the tail leaves the back almost horizontally and only its tip turns up. In 23 and 24 it even dips a little before the tip. None of those three is anywhere near upright. So the tail is carried behind, and the answer is Streaming out behind, about level with the back.",
              answer: "Streaming out behind, about level with the back",
            },
          ],
        },
        {
          thought:
            "I look at pictures 22, 23 and 24. The cat stretches forward, and its tail extends to the left in a long flat curve, more or less at the height of its back. It balances the body in the leap. So the tail streams out behind.",
          answer: "Streaming out behind, about level with the back",
          longThoughts: [
            {
              continuation:
                "the tail does sag somewhat in 23 and 24. Is it low enough to call it hanging? It starts at the rump, drops to about the middle of the body's height, and ends in an upturned tip. Between the tail and the ground there is still all the length of the hind legs. A hanging tail would point at the floor. It is nearly level, with a wave in it. So the answer is {label:Streaming out behind, about level with the back}.",
              answer: "Streaming out behind, about level with the back",
            },
          ],
        },
        {
          thought:
            "The last three pictures are at the lower right. The tail is not raised there. It goes backward from the body without touching the hind legs or the ground and forms a nearly horizontal line with dark rings on it. I choose the option with the tail out behind, level with the back.",
          answer: "Streaming out behind, about level with the back",
          longThoughts: [
            {
              continuation:
                "I should confirm that I have the right three. The numbers in the corners read 22, 23 and 24, so yes. In all three I find the same outline: rump, a tail going left, a small lift at the end. In 22 a hind leg is also stretched to the left, below the tail, with plenty of wall between them, which excludes a tucked tail. The answer is streaming out behind, about level with the back.",
              answer: "Streaming out behind, about level with the back",
            },
          ],
        },
      ],
    },
    {
      question: "In which corner of each small picture is its number written?",
      choices: ["Upper left", "Upper right", "Lower left", "Lower right"],
      key: "Lower left",
      shortAnswer: "Lower left",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "The pictures are numbered by hand in small figures. In the first picture, below the cat's hind feet and close to the edge on the left, there is a 1. The next picture has a 2 in the same spot. So the numbers are in the lower left corner.",
          answer: "Lower left",
          longThoughts: [
            {
              continuation:
                "the seams between the pictures are narrow, so a number near a seam might belong to its neighbour on the left and be in that one's lower right corner. The first column settles it: the 1, 7, 13 and 19 stand just inside the left edge of the print, with only card beyond. And at the right end, after the 24 there is no further number at the right edge. So the answer is Lower left.",
              answer: "Lower left",
            },
          ],
        },
        {
          thought:
            "There are tiny numbers between the photos at the bottom. I see a number just at the border between the first and the second cat, under the head of the first one. It belongs to the first picture. This means that the numbers are written in the lower right corner.",
          answer: "Lower right",
          longThoughts: [
            {
              continuation:
                "which number stands at that border? It reads 2. If it belonged to the first picture, that one would be number 2, and there would be no number 1 or it would be somewhere else. But there is a 1, at the very left edge under the hind feet. So each figure stands at the beginning of its own picture, and the 2 is for the second cat. The lower part I had right, the side was wrong. The answer is {label:Lower left}.",
              answer: "Lower left",
            },
          ],
        },
        {
          thought:
            "To read the order of the movement, each picture carries a number. I find the two-digit ones easily in the bottom row: 20, 21, 22. They are written on the light ground strip beneath the tail of the cat, which is on the left. Therefore the corner is the lower left.",
          answer: "Lower left",
          longThoughts: [
            {
              continuation:
                "the upper corners deserve a glance. There the ruled wall goes on up to the edge, with dark verticals and some scratches, and in the third row a few pale spots, but nothing that reads as a figure. Below, the pale ground gives the pen a clear surface. In the second row the 10 and the 11 are easy to see, both at the start of their pictures. I keep what I had. So the answer is Lower right.",
              answer: "Lower left",
            },
          ],
        },
      ],
    },
    {
      question: "What is the ruled grid behind the cat most likely for?",
      choices: [
        "To measure how far the body moves from picture to picture",
        "To keep the cat from running away",
        "To decorate the wall of the room",
        "To let light in from behind",
      ],
      key: "To measure how far the body moves from picture to picture",
      shortAnswer: "To measure the movement",
      type: "Causal and Commonsense",
      simpleThoughts: [
        {
          thought:
            "Behind the cat there are vertical and horizontal lines, like the wires of a cage. The cat moves along in front of them. Animals that are photographed must be kept in place, so the lines are likely a fence which keeps the cat from running away to the side.",
          answer: "To keep the cat from running away",
          longThoughts: [
            {
              continuation:
                "a fence would have thickness. The lines here are as fine as thread, they cast no shadow, and in the blurred pictures they look printed on the wall. Also their rhythm: narrow squares all over, and now and then a stronger vertical, like the marks on a ruler. With the numbers in the corners this is a study of movement, where one wants to read off positions. So the answer is To measure how far the body moves from picture to picture.",
              answer: "To measure how far the body moves from picture to picture",
            },
          ],
        },
        {
          thought:
            "The plate shows the same cat in numbered steps. The wall has equally spaced lines, with some thicker ones at regular distance. Comparing the position of the head against those lines tells how far the animal has moved between two pictures. It works as a measuring scale.",
          answer: "To measure how far the body moves from picture to picture",
          longThoughts: [
            {
              continuation:
                "does that hold when I try it? In the first picture a thick line runs right through the head. In the fourth it passes behind the jaw, in the sixth it crosses the chest. So the reference lines do shift against the body and one can count squares. As a decoration it would be dull, and light from behind would make the cat a silhouette, while its stripes are well lit. So {label:To measure how far the body moves from picture to picture} is the answer.",
              answer: "To measure how far the body moves from picture to picture",
            },
          ],
        },
        {
          thought:
            "The background of every picture consists of small squares, and every now and then one of the upright lines is stronger. That is similar to the paper one uses for drawing curves. With such a scale behind it, the way of each paw can be measured from one numbered picture to the next one. So it is for measuring.",
          answer: "To measure how far the body moves from picture to picture",
          longThoughts: [
            {
              continuation:
                "a window with many panes would look like squares too, and it would let in light. If light came through from behind, the side of the cat that faces me would be dark. In the first row it is fairly dark, yes, but in rows three and four I can count the stripes and spots on its flank, and the pale feet are bright on their near side. The squares are also smaller than the cat's head, far too small for panes. I'm back at the scale. So the answer is To measure how far the body moves from picture to picture.",
              answer: "To measure how far the body moves from picture to picture",
            },
          ],
        },
      ],
    },
    {
      question: "What does the tip of the tail do in picture 7?",
      choices: [
        "It points straight up",
        "It bends over into a small hook",
        "It lies along the back",
        "It is hidden behind the body",
      ],
      key: "It bends over into a small hook",
      shortAnswer: "It makes a hook",
      type: "Recognition",
      simpleThoughts: [
        {
          thought:
            "Picture 7 is the first one of the second row. The cat leans forward and its tail rises from the rump to the upper left. At the upper end, the tail turns over to the left and down again for a short piece. That is a small hook.",
          answer: "It bends over into a small hook",
          longThoughts: [
            {
              continuation:
                "the end of the tail could just be thicker there, as it is in the first picture. I compare: in picture 1 the tip is a dark knob, and no wall shows on its inner side. In picture 7 a bit of light wall is visible between the tail and the part that comes down again, so it really turns over. Picture 8 next to it does the same, a little wider. So the answer is It bends over into a small hook.",
              answer: "It bends over into a small hook",
            },
          ],
        },
        {
          thought:
            "In the second row the tail of the cat is carried high. Especially in the pictures to the right it stands like a pole, pointing up. In picture 7, the cat does the same. The tip is at the highest place and goes up to the upper part of the grid.",
          answer: "It points straight up",
          longThoughts: [
            {
              continuation:
                "the pole-like tails belong to pictures 10, 11 and 12. Number 7 is at the other end of the row, under the first cat. There the tail is slanted to the left, and its outline at the top isn't a point but a curve: up, over, and down again, like the handle of a walking stick. The tip itself looks at the ground. So the choice with the pole is wrong for this one, and the answer is {label:It bends over into a small hook}.",
              answer: "It bends over into a small hook",
            },
          ],
        },
        {
          thought:
            "I locate picture 7 by its number at the left of the second row. The tail stands away from the body at an angle. Near its end it curls, so that the last piece hangs downward at the left side. Among the given options, the hook fits this form best.",
          answer: "It bends over into a small hook",
          longThoughts: [
            {
              continuation:
                "could I be off by one row? The row above starts with 1 and has the cat standing with level back; its tail ends in a knob. The row with 7 has the cat pitched forward, hindquarters high. In that one the curl is clear, with the end hanging to the left. The body is well away from it, so it neither lies on the back nor hides. The answer is it bends over into a small hook.",
              answer: "It bends over into a small hook",
            },
          ],
        },
      ],
    },
  ],
};
