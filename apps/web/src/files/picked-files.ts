/** A file of somebody's own device, with the path that it had below what was dropped or chosen. */
export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

/** Nobody means to bring in more than this; a project takes far fewer. */
const pickedAtMost = 200;

/** To be called while the drop is being handled: afterwards the browser has forgotten it. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<PickedFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return chosenFiles(files);
  const found: PickedFile[] = [];
  for (const entry of entries) await collect(entry, found);
  return found;
}

export function chosenFiles(files: Iterable<File>): PickedFile[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function collect(entry: FileSystemEntry, found: PickedFile[]): Promise<void> {
  if (found.length >= pickedAtMost) return;
  const path = entry.fullPath.replace(/^\//, "");
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path, file });
  } else if (isFolder(entry) && !leftOut.has(entry.name)) {
    for (const inside of await contentOf(entry)) await collect(inside, found);
  }
}

/** What programs make or fetch for themselves. */
const leftOut: ReadonlySet<string> = new Set([".git", "node_modules", "__pycache__", "target", ".venv"]);

async function contentOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  while (all.length < pickedAtMost) {
    // In parts; an empty one is the last.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) break;
    all.push(...part);
  }
  return all;
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
