import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { GenerateNow } from "#components/generation/generate-now.tsx";
import { ImageScreen } from "#components/images/image-screen.tsx";
import { can } from "#lib/auth/permissions.ts";
import { requireMember } from "#lib/auth/session.ts";
import { readNeighbours } from "#lib/images/gallery-queries.ts";
import { readImage } from "#lib/images/queries.ts";
import { galleryFilterSchema, galleryQuery } from "#lib/images/schema.ts";
import { readTree } from "#lib/images/tree-queries.ts";

export const metadata: Metadata = { title: "Image" };

interface Props {
  params: Promise<{ projectId: string; imageId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function ImagePage({ params, searchParams }: Props) {
  const { projectId, imageId } = await params;
  const { role, project } = await requireMember(projectId, "project.read");
  const image = z.uuid().safeParse(imageId).success ? await readImage(projectId, imageId) : null;
  if (!image) notFound();
  const filter = galleryFilterSchema.parse(await searchParams);
  const [tree, { previous, next }] = await Promise.all([
    readTree(projectId, imageId),
    readNeighbours(projectId, imageId, filter),
  ]);
  const gallery = `/projects/${projectId}/images`;
  const query = galleryQuery(filter);
  return (
    <ImageScreen
      projectId={projectId}
      image={image}
      tree={tree}
      links={{
        gallery: `${gallery}${query}`,
        previous: previous && `${gallery}/${previous}${query}`,
        next: next && `${gallery}/${next}${query}`,
      }}
      generate={
        image.state === "present" && can(role, "traces.edit") && project.archivedAt === null ? (
          <GenerateNow projectId={projectId} imageId={imageId} />
        ) : null
      }
      canDelete={can(role, "project.manage") && project.archivedAt === null}
    />
  );
}
