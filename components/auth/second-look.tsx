/**
 * What the app is about, in one thought: a first look in plain ink, the cue as the turning point, a second look with
 * the warm rule in its margin.
 */
export function SecondLook() {
  return (
    <figure className="max-w-[46ch]">
      <p className="prose-thought text-ink-2">
        Three hulls are drawn up on the shingle and each has its mast, so there are three boats in the bay.
      </p>
      <div className="mt-4 border-accent border-l-2 pl-5">
        <p className="prose-thought text-accent italic">Wait,</p>
        <p className="prose-thought mt-1 text-ink">
          between the second mast and the third a stern shows, low in the water and half in shadow. That one
          is afloat. Four.
        </p>
      </div>
      <figcaption className="mt-8 max-w-[44ch] text-ink-3 text-sm">
        A model looks too fast. A reasoning model takes a second look; a person takes the last one.
      </figcaption>
    </figure>
  );
}
