import type { Metadata } from "next";
import Link from "next/link";
import { ImportList } from "#components/images/import-list.tsx";
import { LayoutExample } from "#components/images/layout-example.tsx";
import { UploadForm } from "#components/images/upload-form.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice, Page, PageHeader, Section } from "#components/ui/page.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { listImports } from "#lib/images/import-queries.ts";
import { galleryPlaceSchema } from "#lib/images/schema.ts";

export const metadata: Metadata = { title: "Import images" };

const IMPORTS_SHOWN = 20;

interface Props {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function ImportPage({ params, searchParams }: Props) {
  const { projectId } = await params;
  const { role, project } = await requireMember(projectId, "project.read");
  const { before } = galleryPlaceSchema.parse(await searchParams);
  const imports = await listImports(projectId, { take: IMPORTS_SHOWN + 1, ...(before ? { before } : {}) });
  const shown = imports.slice(0, IMPORTS_SHOWN);
  const last = shown.at(-1);
  const canImport = can(role, "images.import") && project.archivedAt === null;
  return (
    <Page>
      <PageHeader
        title="Import images"
        trail={[{ label: "Images", href: `/projects/${projectId}/images` }]}
        summary="Photographs with a dense description each. Importing the same again changes nothing."
      />
      {canImport ? (
        <div className="grid gap-8 pb-8 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
          <UploadForm projectId={projectId} />
          <LayoutHelp />
        </div>
      ) : (
        <div className="pb-8">
          <Notice>
            {project.archivedAt
              ? "This project is archived: nothing can be imported into it."
              : "Only an owner of this project imports images."}
          </Notice>
        </div>
      )}
      {shown.length > 0 ? (
        <Section title="Past imports">
          <ImportList imports={shown} />
          {imports.length > shown.length && last ? (
            <p className="mt-4">
              <Button asChild size="sm">
                <Link href={`?before=${last.importId}`}>Older imports</Link>
              </Button>
            </p>
          ) : null}
        </Section>
      ) : null}
    </Page>
  );
}

function LayoutHelp() {
  return (
    <div className="grid content-start gap-3 text-ink-2">
      <LayoutExample />
      <p>
        The captions file is JSON lines or CSV, in UTF-8. Columns are known by their usual names:{" "}
        <code>image</code>, <code>image_file</code> or <code>file_name</code>; <code>description</code>,{" "}
        <code>caption</code> or <code>text</code>; and, where there are any, <code>id</code>,{" "}
        <code>split</code>, <code>source</code>, <code>licence</code>.
      </p>
      <p>Images are JPEG, PNG, WebP, GIF (first frame), AVIF or TIFF, up to 100 megapixels each.</p>
    </div>
  );
}
