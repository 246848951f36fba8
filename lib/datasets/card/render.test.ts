import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { cardFactsSchema } from "#lib/datasets/card/facts-schema.ts";
import { renderCard } from "#lib/datasets/card/render.ts";
import { makeCardFacts, makeCardVersion, makeExportInfo } from "#lib/datasets/card/test-facts.ts";

const HUB_LICENCES = [
  ...["unknown", "other", "apache-2.0", "mit", "cc0-1.0", "pddl", "odc-by", "odbl"],
  ...["cdla-permissive-2.0", "cdla-sharing-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-sa-4.0"],
] as const;

/** The documented keys of a dataset card (huggingface/hub-docs, datasetcard.md and repositories-licenses.md), restated. */
const hubMetadataSchema = z.strictObject({
  pretty_name: z.string().min(1),
  license: z.enum(HUB_LICENCES),
  license_name: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional(),
  license_link: z.union([z.literal("LICENSE"), z.literal("LICENSE.md"), z.url()]).optional(),
  language: z.array(z.string().regex(/^[a-z]{2,3}$/)).optional(),
  task_categories: z.array(
    z.enum(["visual-question-answering", "image-text-to-text", "reinforcement-learning"]),
  ),
  size_categories: z
    .array(z.enum(["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M"]))
    .length(1),
  annotations_creators: z.array(
    z.enum(["found", "crowdsourced", "expert-generated", "machine-generated", "no-annotation", "other"]),
  ),
  source_datasets: z.array(z.string()),
  tags: z.array(z.string().regex(/^[a-z0-9-]+$/)),
  configs: z
    .array(
      z.strictObject({
        config_name: z.string(),
        default: z.boolean().optional(),
        data_files: z.array(
          z.strictObject({
            split: z.enum(["train", "validation", "test"]),
            path: z.union([z.string(), z.array(z.string())]),
          }),
        ),
      }),
    )
    .optional(),
  dataset_info: z
    .array(
      z.strictObject({
        config_name: z.string(),
        features: z.array(z.looseObject({ name: z.string() })),
        splits: z.array(
          z.strictObject({ name: z.string(), num_bytes: z.int().optional(), num_examples: z.int() }),
        ),
      }),
    )
    .optional(),
});

function metadataOf(readme: string) {
  const block = /^---\n([\s\S]*?)\n---\n/.exec(readme)?.[1] ?? "";
  return hubMetadataSchema.parse(parse(block, { version: "1.1" }));
}

const HOSTILE = `<script>alert(1)</script> | [x](javascript:alert(1)) \`code\` ${"---"}\n# not a heading\u0000 "quotes" 'and' {{braces}} \u202eevil & *stars* \ud800`;

describe("renderCard", () => {
  it("says which versions before it were withdrawn, and why", () => {
    const card = makeCardFacts({
      withdrawnVersions: [{ number: 1, at: "2026-11-20T10:00:00.000Z", reason: "A <b>key</b>\nwas wrong" }],
    });
    const { readme } = renderCard({ facts: makeCardVersion(), card, exportInfo: makeExportInfo() });
    expect(readme).toMatch(/^> \*\*Version 1 was withdrawn\*\* on 2026-11-20 .*key.* was wrong$/m);
    expect(readme).not.toContain("<b>");
    // Facts from before this was kept have none.
    const { withdrawnVersions: _none, ...older } = makeCardFacts();
    expect(cardFactsSchema.parse(older).withdrawnVersions).toEqual([]);
  });

  it("writes metadata that holds the documented keys alone", () => {
    const { readme } = renderCard({
      facts: makeCardVersion(),
      card: makeCardFacts(),
      exportInfo: makeExportInfo(),
    });
    expect(metadataOf(readme)).toMatchObject({
      pretty_name: "houses, version 2",
      license: "unknown",
      language: ["en"],
      size_categories: ["n<1K"],
      configs: [
        {
          config_name: "sft",
          default: true,
          data_files: [
            { split: "train", path: "sft/train-*.parquet" },
            { split: "test", path: "sft/test-*.parquet" },
          ],
        },
        { config_name: "preference", data_files: [{ split: "train", path: ["a.parquet", "b.parquet"] }] },
      ],
      dataset_info: [
        {
          config_name: "sft",
          features: [
            { name: "image", dtype: "image" },
            { name: "choices", list: "string" },
          ],
          splits: [
            { name: "train", num_bytes: 12_345, num_examples: 90 },
            { name: "test", num_examples: 10 },
          ],
        },
      ],
    });
  });

  it("names a licence where all sources have the same, and a mix as a mix", () => {
    const withLicences = (licences: (string | null)[]) =>
      metadataOf(
        renderCard({
          facts: makeCardVersion(),
          card: makeCardFacts({
            licences: {
              rows: licences.map((licence) => ({ licence, sources: [], images: 1 })),
              source: { query: "", screen: null },
            },
          }),
          exportInfo: makeExportInfo(),
        }).readme,
      );
    expect(withLicences(["CC BY 4.0", "cc-by-4.0"]).license).toBe("cc-by-4.0");
    expect(withLicences(["CC BY 4.0", "CC0"])).toMatchObject({
      license: "other",
      license_name: "as-named-in-this-card",
    });
    expect(withLicences(["CC0", null]).license).toBe("unknown");
  });

  it("has every section that a reader looks for, with the figures in them", () => {
    const { readme, files } = renderCard({
      facts: makeCardVersion(),
      card: makeCardFacts(),
      exportInfo: makeExportInfo(),
    });
    const headings = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      "Files",
      "How it was made",
      "From images to this version",
      "Checks",
      "Composition",
      "What was left out",
      "Quality, as people judged it",
      "Lengths",
      "Reasoning types",
      "Behaviours",
      "Price",
      "Licences of the pictures",
      "Contamination",
      "Known limits",
      "How to train",
      "How to cite",
    ]);
    expect(readme).toContain("About 8.2 % of what one person approved, another would reject");
    expect(readme).toContain("95 % interval 4.1 % to 16 %");
    expect(readme).toContain("\\$0.20 for each approved trace.");
    expect(readme).toContain("The licence of 1 picture is not known");
    expect(readme).toContain("The chosen side is the longer one in 56 of 60 pairs");
    expect(readme).not.toContain("Simulated");
    expect(readme).not.toContain("imported file");
    for (const { path } of files) expect(readme).toContain(`](${path})`);
    expect(files.map(({ path }) => path)).toEqual([
      "card/funnel.svg",
      "card/checks.svg",
      "card/kinds.svg",
      "card/lengths.svg",
      "card/error-rate.svg",
    ]);
  });

  it("says at the top where records are simulated", () => {
    const version = makeCardVersion();
    const { readme } = renderCard({
      facts: { ...version, summary: { ...version.summary, simulated: 100 } },
      card: makeCardFacts(),
      exportInfo: makeExportInfo(),
    });
    const top = readme.slice(readme.indexOf("# houses"), readme.indexOf("## "));
    expect(top).toContain("> **Simulated.** 100 of 160 lines were written by a simulator");
    expect(metadataOf(readme).tags).toContain("simulated");
  });

  it("says of pairs from elsewhere whose word they rest on", () => {
    const version = makeCardVersion();
    const pairs = [{ kind: "elsewhere" as const, exist: 9, kept: 7, leftOut: {} }];
    const { readme } = renderCard({
      facts: { ...version, summary: { ...version.summary, pairs } },
      card: makeCardFacts(),
      exportInfo: makeExportInfo(),
    });
    expect(readme).toContain("In 7 pairs (“elsewhere”) an imported file says which side is the better one");
  });

  it("says what is not known in place of a figure", () => {
    const nothing = { cases: 4, hits: 0, images: 2, share: null, basis: "none" as const };
    const facts = makeCardFacts();
    const { readme, files } = renderCard({
      facts: makeCardVersion(),
      card: makeCardFacts({
        errorRate: { ...facts.errorRate, approved: nothing, generated: { ...nothing, inReview: 900 } },
        price: { ...facts.price, unpricedCalls: 14_000, costMicros: 0, perApprovedMicros: null },
        language: { code: null, source: facts.language.source },
      }),
      exportInfo: makeExportInfo({ configs: [] }),
    });
    expect(readme).toContain("another would reject cannot be said");
    expect(readme).toContain("Only 4 traces on 2 images");
    expect(readme).toContain("What it cost is not known.");
    expect(readme).toContain("**Not checked.**");
    expect(files.map(({ path }) => path)).not.toContain("card/error-rate.svg");
    expect(metadataOf(readme)).not.toHaveProperty("language");
    expect(metadataOf(readme)).not.toHaveProperty("configs");
  });

  it("names for every figure the query that it comes from", () => {
    const card = makeCardFacts();
    const sectionsOf = (readme: string) =>
      new Map(
        readme
          .slice(readme.indexOf("\n---\n") + 5)
          .split(/^## /mu)
          .map((part): [string, string] => [part.slice(0, part.indexOf("\n")), part]),
      );
    // Nothing is counted there: settings of the published method, and how to name the version.
    const withoutFigures = new Set(["How to train", "How to cite", "What was not kept"]);
    for (const facts of [card, null]) {
      const { readme } = renderCard({
        facts: makeCardVersion(),
        card: facts,
        exportInfo: makeExportInfo({ sections: [{ title: "Files", body: "- `sft/`: 100 rows" }] }),
      });
      const sections = [...sectionsOf(readme)].filter(([title]) => !withoutFigures.has(title));
      expect(sections.length).toBeGreaterThan(facts ? 12 : 4);
      for (const [title, body] of sections) expect(body, title).toMatch(/<sub>From .+\.<\/sub>/u);
    }
    const { readme } = renderCard({ facts: makeCardVersion(), card, exportInfo: makeExportInfo() });
    for (const [name, value] of Object.entries(card)) {
      if (typeof value === "object" && "source" in value)
        expect(readme, name).toContain(`<sub>From ${value.source.query}.</sub>`);
    }
    // A table or figure stands above its own source, not above another's.
    const quality = sectionsOf(readme).get("Quality, as people judged it") ?? "";
    expect([...quality.matchAll(/From the query of (\w+)/gu)].map(([, name]) => name)).toEqual([
      "errorRate",
      "reviewers",
      "agreement",
    ]);
  });

  it("says what of the version no benchmark was compared with", () => {
    const { contamination } = makeCardFacts();
    const rendered = (notCompared?: { images: number; questions: number }) =>
      renderCard({
        facts: makeCardVersion(),
        card: makeCardFacts({
          contamination: {
            ...{ state: "checked", source: contamination.source, ...(notCompared ? { notCompared } : {}) },
            benchmarks: [{ name: "A", images: 0, questions: 0 }],
          },
        }),
        exportInfo: makeExportInfo(),
      }).readme;
    for (const whole of [rendered(), rendered({ images: 0, questions: 0 })]) {
      expect(whole).toContain("Nothing like A was found.");
      expect(whole).not.toContain("Not compared");
    }
    const partial = rendered({ images: 2, questions: 0 });
    expect(partial).toContain("Nothing like A was found, and not all of it was looked at.");
    expect(partial).toContain("Not compared: 2 pictures, 0 questions.");
  });

  it("says what can be said of a version from before such facts were kept", () => {
    const { readme, files } = renderCard({
      facts: makeCardVersion(),
      card: null,
      exportInfo: makeExportInfo(),
    });
    expect(files).toEqual([]);
    expect(readme).toContain("## What was not kept");
    expect(readme).toContain("| sft | O | train | 40 |");
    expect(readme).not.toContain("undefined");
    expect(metadataOf(readme)).toMatchObject({ license: "unknown", size_categories: ["n<1K"] });
  });

  it("lets no name of a person, model, source or kind out of its place", () => {
    const facts = makeCardFacts();
    const { readme, files } = renderCard({
      facts: makeCardVersion({ projectName: HOSTILE, datasetName: HOSTILE }),
      card: {
        ...facts,
        composition: {
          ...facts.composition,
          rows: [{ part: "sft", kind: HOSTILE, split: "train", count: 3 }],
          reasoningTypes: [{ type: HOSTILE, count: 3 }],
        },
        checks: { ...facts.checks, traces: [{ check: HOSTILE, pass: 1, fail: 2, unknown: 0 }] },
        made: {
          ...facts.made,
          makers: [
            { stage: 1, model: HOSTILE, prompt: HOSTILE, parameters: { [HOSTILE]: HOSTILE }, records: 1 },
          ],
        },
        licences: { ...facts.licences, rows: [{ licence: HOSTILE, sources: [HOSTILE], images: 2 }] },
      },
      exportInfo: makeExportInfo(),
    });
    const [body = "", citation = ""] = readme.slice(readme.indexOf("\n---\n") + 5).split("```bibtex");
    expect(metadataOf(readme).pretty_name).toContain("not a heading");
    expect(body).not.toMatch(/<script|<\/script/i);
    expect(body).not.toMatch(/^# not a heading/m);
    expect(body).not.toMatch(/(?<!\\)\]\(javascript/);
    expect(body).not.toContain("\u202e");
    // What is in a fence is text as it is: nothing in it may end the fence, or an entry.
    expect(citation.match(/```/g)).toHaveLength(1);
    expect(citation.match(/[{]/g)?.length).toBe(citation.match(/[}]/g)?.length);
    expect(citation).not.toContain("\u202e");
    for (const row of body.matchAll(/^\|.*\|$/gm)) {
      const cells = row[0].replaceAll("\\|", "").split("|").length;
      expect(cells).toBeGreaterThan(3);
    }
    for (const { text } of files) {
      expect(text).not.toContain("<script");
      expect(text).not.toContain("\u0000");
    }
  });

  it("is the same in the same case, also after its facts were kept as JSON", () => {
    const input = { facts: makeCardVersion(), card: makeCardFacts(), exportInfo: makeExportInfo() };
    const again = cardFactsSchema.parse(JSON.parse(JSON.stringify(input.card)));
    expect(renderCard({ ...input, card: again })).toEqual(renderCard(input));
  });

  it("draws figures that an SVG reader opens, with words for who cannot see them", async () => {
    const { files } = renderCard({
      facts: makeCardVersion(),
      card: makeCardFacts(),
      exportInfo: makeExportInfo(),
    });
    for (const { text } of files) {
      expect(text).toMatch(/<title id="[\w-]+-title">.+<\/title>/);
      expect(text).toMatch(/<desc id="[\w-]+-desc">.+<\/desc>/);
      expect(text).toContain('role="img"');
      expect(text).toContain("prefers-color-scheme:dark");
      expect(text).not.toMatch(/<script|href|url\(|NaN|undefined|Infinity/);
      const { width, height } = await sharp(Buffer.from(text))
        .png()
        .toBuffer({ resolveWithObject: true })
        .then(({ info }) => info);
      expect(width).toBe(640);
      expect(height).toBeGreaterThan(60);
    }
  });
});
