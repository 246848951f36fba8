import type { ChosenFile } from "#lib/images/chosen-files.ts";

/** The files of a picker; from a folder picker with their paths in it. */
export function filesOfInput(list: FileList | null): ChosenFile<File>[] {
  return [...(list ?? [])].map((file) => ({
    path: file.webkitRelativePath || file.name,
    bytes: file.size,
    file,
  }));
}

/** The files that were dropped, folders walked through to their ends. */
export async function filesOfDrop(transfer: DataTransfer): Promise<ChosenFile<File>[]> {
  // The list of items is emptied as soon as the event is over: the entries are taken from it first.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: ChosenFile<File>[] = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: ChosenFile<File>[]): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ""), bytes: file.size, file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // A reader gives a hundred entries at a time, and none when it is through.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (some.length === 0) return;
      for (const child of some) await walk(child, found);
    }
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
