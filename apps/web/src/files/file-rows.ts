import type { ProjectFile } from "@greenroom/shared/protocol/file.ts";

/** One line of the tree, from the top. `depth` counts from 1. */
export type FileRow =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly name: string;
      readonly depth: number;
      readonly documentId: string;
    }
  | {
      readonly kind: "folder";
      readonly path: string;
      readonly name: string;
      readonly depth: number;
      readonly isOpen: boolean;
    };

/** The entry first; then on each level folders before files, each by name. What is in closed folders is left out. */
export function fileRows(
  files: readonly ProjectFile[],
  { entryId, closed }: { readonly entryId: string; readonly closed: ReadonlySet<string> },
): FileRow[] {
  const entry = files.find(({ documentId }) => documentId === entryId);
  const others = files.filter((file) => file !== entry);
  const first: FileRow[] = entry
    ? [{ kind: "file", path: entry.path, name: entry.path, depth: 1, documentId: entry.documentId }]
    : [];
  return [...first, ...rowsIn("", others, closed)];
}

/** @param folder "" or a path that ends with "/" */
function rowsIn(folder: string, files: readonly ProjectFile[], closed: ReadonlySet<string>): FileRow[] {
  const depth = folder.split("/").length;
  const rest = (path: string) => path.slice(folder.length);
  const inside = files.filter(({ path }) => path.startsWith(folder));
  const folders = new Set(
    inside.flatMap(({ path }) => (rest(path).includes("/") ? [rest(path).split("/", 1)[0] ?? ""] : [])),
  );
  const byName = (one: string, other: string) => one.localeCompare(other, "en", { numeric: true });
  return [
    ...[...folders].toSorted(byName).flatMap((name): FileRow[] => {
      const path = `${folder}${name}`;
      const isOpen = !closed.has(path);
      const row: FileRow = { kind: "folder", path, name, depth, isOpen };
      return [row, ...(isOpen ? rowsIn(`${path}/`, inside, closed) : [])];
    }),
    ...inside
      .filter(({ path }) => !rest(path).includes("/"))
      .toSorted((one, other) => byName(one.path, other.path))
      .map(({ path, documentId }): FileRow => ({ kind: "file", path, name: rest(path), depth, documentId })),
  ];
}
