import { Type, type Static } from "typebox";

const Id = Type.String({ format: "uuid" });

/** Files of one project: what is written in one language for one problem. [F1] */
export const maxFilesInProject = 50;

/** Segments joined by "/", such as "lib/util.py"; `checkPath` knows the rest. [F2] */
export const FilePath = Type.String({ minLength: 1, maxLength: 200 });

/** A document of a project, by its place in it. */
export const ProjectFile = Type.Object({ documentId: Id, path: FilePath });
export type ProjectFile = Static<typeof ProjectFile>;

/** All files of the room's project, the entry (the language's own file, which runs begin with) first. */
export const ProjectFiles = Type.Array(ProjectFile);

/** Up: a new file in the room's project. `documentId` is the sender's choice: sent again, it is the same file. [F1] */
export const AddFile = Type.Object({
  type: Type.Literal("file.add"),
  documentId: Id,
  path: FilePath,
  text: Type.String(),
});

/** Up: the file is here from now on; its document stays the same. [F3] */
export const RenameFile = Type.Object({ type: Type.Literal("file.rename"), documentId: Id, path: FilePath });

/** Up: the file is no longer in its project. [F3] */
export const DeleteFile = Type.Object({ type: Type.Literal("file.delete"), documentId: Id });

/** Down, to everybody, whenever it changes: the whole list. [F4] */
export const FilesChanged = Type.Object({
  type: Type.Literal("files"),
  /** The entry's. */
  documentId: Id,
  documents: ProjectFiles,
  /** Who changed it. */
  participantId: Id,
});
