/** Storage keys of what datasets keep, below the project's folder so that they go with it. */
export function recordsKey(projectId: string, versionId: string): string {
  return `projects/${projectId}/datasets/${versionId}/records.jsonl`;
}

export function exportKey(projectId: string, exportId: string): string {
  return `projects/${projectId}/exports/${exportId}.zip`;
}
