import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import { editsFromOperation, type Utf16Edit } from "@greenroom/shared/ot/utf16.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { DocumentClient } from "../document/document-client.ts";
import { UndoStack } from "../document/undo-stack.ts";
import { RemoteCarets } from "../presence/remote-carets.ts";
import { newId } from "./new-id.ts";
import type { RoomJournal } from "./room-journal.ts";
import { createStore, type ReadableStore } from "./store.ts";

/** One language's document with all that an editor needs of it. Lives as long as its room, shown or not. */
export interface RoomDocument {
  readonly documentId: string;
  readonly language: LanguageId;
  readonly client: DocumentClient;
  readonly undo: UndoStack;
  readonly carets: RemoteCarets;
  readonly isLoaded: ReadableStore<boolean>;
  /** What others changed, in UTF-16 edits of the text before, and as the operation that it was. */
  readonly onRemoteEdits: (listener: RemoteEditsListener) => () => void;
}

type RemoteEditsListener = (edits: readonly Utf16Edit[], operation: TextOperation) => void;

export interface RoomDocumentOptions {
  readonly documentId: string;
  readonly language: LanguageId;
  readonly send: (frame: UpFrame) => void;
  /** Begins to keep what is pending. */
  readonly keep: RoomJournal["keep"];
  readonly onState: () => void;
}

export function createRoomDocument(options: RoomDocumentOptions): RoomDocument {
  const listeners = new Set<RemoteEditsListener>();
  const isLoaded = createStore(false);
  const undo = new UndoStack();
  const carets = new RemoteCarets();
  const client: DocumentClient = new DocumentClient({
    documentId: options.documentId,
    newId,
    keeper: options.keep(options, () => client.pendingState),
    send: options.send,
    after: (delayMs, callback) => setTimeout(callback, delayMs),
    onRemote: ({ operation, before, authorId }) => {
      const edits = editsFromOperation(before, operation);
      undo.carry(operation);
      for (const listener of listeners) listener(edits, operation);
      carets.carry(edits, authorId);
    },
    onState: () => {
      isLoaded.set(client.isLoaded);
      options.onState();
    },
  });
  return {
    documentId: options.documentId,
    language: options.language,
    client,
    undo,
    carets,
    isLoaded,
    onRemoteEdits: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
