import { getLanguage } from "@greenroom/shared/languages.ts";
import type { LoggedDocument, SessionState } from "@greenroom/shared/log/state.ts";
import { lazy, Suspense, useId, useMemo, useState, type ReactElement } from "react";
import type { PlayedText } from "../editor/played-editor.ts";
import { useStore } from "../room/store.ts";
import { Icon } from "../ui/icon.tsx";
import { Spinner } from "../ui/notice.tsx";
import type { Player } from "./player.ts";
import type { Shown } from "./player-state.ts";

const PlayedCode = lazy(() => import("../editor/played-code.tsx").then((module) => ({ default: module.PlayedCode })));

/** The document to be shown: the one that was chosen, otherwise the one that was last written in or turned to. */
export function shownDocument({ state, trace }: Shown, chosenId: string | undefined): string | undefined {
  const candidates = [chosenId, trace.documentId, state.desk?.documentId, Object.keys(state.documents)[0]];
  return candidates.find((id) => id !== undefined && state.documents[id] !== undefined);
}

export interface PlayedDocumentProps {
  readonly player: Player;
  /** Undefined: whichever the room works in. */
  readonly chosenId: string | undefined;
  readonly onChoose: (documentId: string | undefined) => void;
}

/** The code as it was, and the choice of another file. */
export function PlayedDocument({ player, chosenId, onChoose }: PlayedDocumentProps): ReactElement {
  const shown = useStore(player.shown);
  const documentId = shownDocument(shown, chosenId);
  const [follows, setFollows] = useState(true);
  const played = usePlayedText(shown, documentId, follows);
  const document = documentId === undefined ? undefined : shown.state.documents[documentId];
  return (
    <div className="played-document">
      <div className="played-bar">
        {document && (
          <FileChoice documents={shown.state.documents} current={document} chosenId={chosenId} onChoose={onChoose} />
        )}
        <label className="played-follow">
          <input type="checkbox" checked={follows} onChange={(event) => setFollows(event.target.checked)} />
          Follow the typing
        </label>
      </div>
      <div className="played-code">
        {played && document ? (
          <Suspense fallback={<Waiting />}>
            <PlayedCode
              played={played}
              label={`${getLanguage(document.language).label} code as it was at this moment, read-only`}
            />
          </Suspense>
        ) : (
          // Before the first moment has been loaded, nothing is known.
          <p className="played-nothing muted">{shown.state.number > 0 && "There was no file yet."}</p>
        )}
      </div>
    </div>
  );
}

function Waiting(): ReactElement {
  return (
    <div className="editor-waiting">
      <Spinner label="Loading the editor…" />
    </div>
  );
}

interface FileChoiceProps extends Omit<PlayedDocumentProps, "player"> {
  readonly documents: SessionState["documents"];
  /** The one that is shown. */
  readonly current: LoggedDocument;
}

function FileChoice({ documents, current, chosenId, onChoose }: FileChoiceProps): ReactElement {
  const id = useId();
  const files = Object.entries(documents).filter(([, { deleted }]) => !deleted);
  if (files.length < 2 && chosenId === undefined) return <p className="played-file">{fileName(current)}</p>;
  return (
    <span className="select-box">
      <label className="visually-hidden" htmlFor={id}>
        File
      </label>
      <select
        id={id}
        className="native-select"
        value={chosenId ?? ""}
        onChange={(event) => onChoose(event.target.value === "" ? undefined : event.target.value)}
      >
        <option value="">Where they write{chosenId === undefined && `: ${fileName(current)}`}</option>
        {files.map(([key, file]) => (
          <option key={key} value={key}>
            {fileName(file)}
          </option>
        ))}
      </select>
      <Icon name="chevron" />
    </span>
  );
}

const fileName = ({ path, language }: LoggedDocument): string => `${path} · ${getLanguage(language).label}`;

function usePlayedText(
  { state, trace }: Shown,
  documentId: string | undefined,
  follows: boolean,
): PlayedText | undefined {
  return useMemo(() => {
    const document = documentId === undefined ? undefined : state.documents[documentId];
    if (documentId === undefined || !document) return undefined;
    const colorOf = (participantId: string | null) => state.participants[participantId ?? ""]?.color ?? 0;
    const written = trace.insertions.filter((one) => one.documentId === documentId);
    const newest = written.reduce((last, one) => (last && last.at > one.at ? last : one), written.at(0));
    return {
      documentId,
      language: document.language,
      path: document.path,
      text: document.text,
      carets: Object.entries(state.carets)
        .filter(([, at]) => at.documentId === documentId)
        .map(([participantId, { selections }]) => ({
          participantId,
          name: state.participants[participantId]?.name ?? "",
          color: colorOf(participantId),
          selections,
        })),
      tints: written.map(({ from, to, participantId }) => ({ from, to, color: colorOf(participantId) })),
      reveal: follows ? newest?.to : undefined,
    };
  }, [state, trace, documentId, follows]);
}
