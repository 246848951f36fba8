"use client";

import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { MappingFields } from "#components/imports/mapping-fields.tsx";
import { PreviewRows } from "#components/imports/preview-rows.tsx";
import { SavedMappings } from "#components/imports/saved-mappings.tsx";
import { askServer } from "#components/people/ask-server.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatPlural } from "#components/ui/format.ts";
import { Select } from "#components/ui/input.tsx";
import { Notice, Section } from "#components/ui/page.tsx";
import { startRecordsImportAction } from "#lib/interchange/actions.ts";
import {
  FORM_NAMES,
  faultOfMapping,
  type Mapping,
  RECORD_FORMS,
  type RecordForm,
  type SavedMapping,
} from "#lib/interchange/mapping-schema.ts";
import type { RecordPreview } from "#lib/interchange/preview-queries.ts";
import { readRecord } from "#lib/interchange/read-record.ts";

export interface MappingScreenProps {
  projectId: string;
  importId: string;
  preview: RecordPreview;
  /** What the columns seem to be. */
  suggested: Mapping;
  saved: SavedMapping[];
}

const FORM_HELP: Record<RecordForm, string> = {
  sft: "Conversations of a question about an image and its whole answer, as trainers read them; the published form's prefix and ids are used where they are there.",
  preference:
    "A question with a chosen and a rejected answer. Both become traces, and the file's preference is kept as the file's.",
  released: "Rows of example_id, messages and cot_type. Images are found by their DOCCI names.",
  columns: "Any table: say what each column holds.",
};

/** From a file to traces: what its rows are, tried on the first of them before anything is done. */
export function MappingScreen({ projectId, importId, preview, suggested, saved }: MappingScreenProps) {
  const router = useRouter();
  const [mapping, setMapping] = useState(suggested);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const fault = faultOfMapping(mapping);
  const tried = useMemo(
    () => (fault ? [] : preview.rows.map(({ row }) => (row ? readRecord(mapping, row) : null))),
    [mapping, preview, fault],
  );
  const good = tried.filter((one) => one?.ok).length;

  async function start() {
    setBusy(true);
    setProblem(null);
    const result = await askServer(() => startRecordsImportAction({ projectId, importId, mapping }));
    if (!result || result.serverError || result.validationErrors) {
      setBusy(false);
      setProblem(
        result?.serverError?.message ?? "The import was not started. Reload the page, then try again.",
      );
      return;
    }
    router.refresh();
  }

  return (
    <div className="grid gap-8">
      <Section
        title="What the file holds"
        description={
          preview.files.length > 1
            ? `${formatPlural(preview.files.length, "file")}, read in the order of their names and by the same mapping.`
            : preview.file
        }
      >
        <div className="grid gap-6">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field className="content-start" label="Form" hint={FORM_HELP[mapping.form]}>
              {(ids) => (
                <Select
                  {...ids}
                  value={mapping.form}
                  onChange={(event) => {
                    const form = RECORD_FORMS.find((one) => one === event.target.value);
                    if (form) setMapping({ ...mapping, form });
                  }}
                >
                  {RECORD_FORMS.map((form) => (
                    <option key={form} value={form}>
                      {FORM_NAMES[form]}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <SavedMappings projectId={projectId} saved={saved} mapping={mapping} onChoose={setMapping} />
          </div>
          <MappingFields mapping={mapping} columns={preview.columns} onChange={setMapping} />
        </div>
      </Section>

      <Section
        title="The first rows"
        description={
          fault
            ? "They are read as soon as the mapping is complete."
            : `${good} of ${preview.rows.length} can be taken. Nothing has been imported yet.`
        }
        actions={
          <Button
            variant="primary"
            disabled={fault !== null || isBusy}
            aria-busy={isBusy}
            onClick={() => void start()}
          >
            Import these traces
          </Button>
        }
      >
        {problem ? (
          <Notice tone="wrong" role="alert">
            {problem}
          </Notice>
        ) : null}
        {fault ? (
          <Notice tone="unsure" role="status">
            {fault}
          </Notice>
        ) : null}
        <PreviewRows rows={preview.rows} tried={tried} />
      </Section>
    </div>
  );
}
