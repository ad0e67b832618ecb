import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import { useState, type KeyboardEvent, type ReactElement } from "react";
import { Icon } from "../ui/icon.tsx";
import { FilePeople } from "./file-people.tsx";
import { fileRows, type FileRow } from "./file-rows.ts";
import type { ProjectView } from "./project.ts";

export interface FileTreeProps {
  readonly view: ProjectView;
  /** The others, wherever they are. */
  readonly people: readonly RoomParticipant[];
  readonly onOpen: (documentId: string) => void;
}

/** The project's files, in folders. Arrows move, Enter opens, as in every tree. */
export function FileTree({ view, people, onOpen }: FileTreeProps): ReactElement {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string>();
  const rows = fileRows(view.files, { entryId: view.entryId, closed });
  const shown = rows.find((row) => row.kind === "file" && row.documentId === view.shownId);
  // The one that Tab comes to.
  const current = rows.find(({ path }) => path === active) ?? shown ?? rows[0];
  const setOpen = (path: string, isOpen: boolean) => {
    const next = new Set(closed);
    if (isOpen) next.delete(path);
    else next.add(path);
    setClosed(next);
  };
  const use = (row: FileRow) => {
    setActive(row.path);
    if (row.kind === "file") onOpen(row.documentId);
    else setOpen(row.path, !row.isOpen);
  };
  const pressed = (event: KeyboardEvent<HTMLElement>) => {
    const move = current && keyMove(event.key, rows, current);
    if (!move) return;
    event.preventDefault();
    if (move.kind === "use") return use(move.row);
    if (move.kind === "fold") return setOpen(move.row.path, move.isOpen);
    setActive(move.row.path);
    event.currentTarget.querySelector<HTMLElement>(`[data-path="${CSS.escape(move.row.path)}"]`)?.focus();
  };
  return (
    <div className="file-tree" role="tree" tabIndex={-1} aria-label="Files" onKeyDown={pressed}>
      {rows.map((row) => (
        <TreeRow
          key={row.path}
          row={row}
          isShown={row === shown}
          isStop={row === current}
          people={people.filter(({ viewing }) => isIn(row, viewing, view))}
          onUse={() => use(row)}
        />
      ))}
    </div>
  );
}

interface TreeRowProps {
  readonly row: FileRow;
  readonly isShown: boolean;
  /** Tab comes to this one. */
  readonly isStop: boolean;
  readonly people: readonly RoomParticipant[];
  readonly onUse: () => void;
}

function TreeRow({ row, isShown, isStop, people, onUse }: TreeRowProps): ReactElement {
  const icon = row.kind === "file" ? "file" : row.isOpen ? "chevron" : "next";
  return (
    // The keys are those of the tree.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="treeitem"
      data-path={row.path}
      className="file-row"
      style={{ paddingInlineStart: 12 + 14 * (row.depth - 1) }}
      aria-level={row.depth}
      aria-selected={isShown}
      aria-expanded={row.kind === "folder" ? row.isOpen : undefined}
      tabIndex={isStop ? 0 : -1}
      title={row.path}
      onClick={onUse}
    >
      <span className="file-icon">
        <Icon name={icon} />
      </span>
      <span className="file-name">{row.name}</span>
      <FilePeople people={people} />
    </div>
  );
}

/** A closed folder stands for all that is in it. */
function isIn(row: FileRow, viewing: string | null, { files }: ProjectView): boolean {
  if (row.kind === "file") return row.documentId === viewing;
  if (row.isOpen) return false;
  return files.some(({ documentId, path }) => documentId === viewing && path.startsWith(`${row.path}/`));
}

type Move =
  | { readonly kind: "go" | "use"; readonly row: FileRow }
  | { readonly kind: "fold"; readonly row: FileRow; readonly isOpen: boolean };

/** WAI-ARIA Authoring Practices, tree view. */
function keyMove(key: string, rows: readonly FileRow[], current: FileRow): Move | undefined {
  const index = rows.indexOf(current);
  const go = (row: FileRow | undefined): Move | undefined => row && { kind: "go", row };
  if (key === "ArrowDown") return go(rows[index + 1]);
  if (key === "ArrowUp") return go(rows[index - 1]);
  if (key === "Home") return go(rows[0]);
  if (key === "End") return go(rows.at(-1));
  if (key === "Enter" || key === " ") return { kind: "use", row: current };
  const isFolder = current.kind === "folder";
  if (key === "ArrowRight" && isFolder)
    return current.isOpen ? go(rows[index + 1]) : { kind: "fold", row: current, isOpen: true };
  if (key !== "ArrowLeft") return undefined;
  if (isFolder && current.isOpen) return { kind: "fold", row: current, isOpen: false };
  return go(
    rows.find(
      (row) => row.kind === "folder" && current.path.startsWith(`${row.path}/`) && row.depth === current.depth - 1,
    ),
  );
}
