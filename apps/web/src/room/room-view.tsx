import { useCallback, useEffect, useRef, useState, type ReactElement, type RefObject } from "react";
import { ChatPanel } from "../chat/chat-panel.tsx";
import { ChatToggle, UnreadAnnouncer, UnreadMark } from "../chat/chat-toggle.tsx";
import { useCall } from "../media/use-call.tsx";
import { freeTask, runsAlone, type RunDraft } from "../run/run-draft.ts";
import { RunPanel } from "../run/run-panel.tsx";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { useKeyboardKept } from "../ui/keyboard-place.ts";
import { useTitle } from "../ui/use-title.ts";
import { EditorPane } from "./editor-pane.tsx";
import type { LiveRoomProps } from "./live-room-props.ts";
import { RoomBar } from "./room-bar.tsx";
import { RoomPanes } from "./room-panes.tsx";
import type { Room } from "./room.ts";
import type { RoomInfo } from "./room-info.ts";
import { StatusBar } from "./status-bar.tsx";
import { useStore } from "./store.ts";
import { useNarrow } from "./use-narrow.ts";
import { UnsavedBanner } from "./unsaved-banner.tsx";
import { UnsentDialog } from "./unsent-dialog.tsx";
import "./room-view.css";

/** The room as people see it: editor, program input and output, who is here, what is saved. */
export function RoomView({ room, info, ...props }: LiveRoomProps & { room: Room; info: RoomInfo }): ReactElement {
  const [draft, setDraft] = useState<RunDraft>({ mode: "given", text: "" });
  // As it was before terminals were drawn; the terminal says its own size.
  const terminalSize = useRef({ columns: 80, rows: 24 });
  const run = useCallback(() => room.startRun(freeTask(draft, terminalSize.current)), [room, draft]);
  const grade = useCallback((cases: "visible" | "all") => room.startRun({ kind: "graded", cases }), [room]);
  const chatToggle = useRef<HTMLButtonElement>(null);
  const chat = useChatPlace(chatToggle);
  useRunKeys({
    run: runsAlone(info.problem) ? run : () => grade("visible"),
    submit: info.problem ? () => grade("all") : run,
  });
  const call = useCall({ room, info, sessionId: props.sessionId, access: props.access });
  const page = useKeyboardKept<HTMLDivElement>(placeAfter);
  return (
    <div ref={page} className="room">
      <RoomBar
        room={room}
        info={info}
        callButton={call?.button}
        chatToggle={<ChatToggle room={room} isOpen={chat.isOpen} onToggle={chat.toggle} ref={chatToggle} />}
        {...props}
      />
      {!chat.isOpen && <UnreadAnnouncer room={room} />}
      <Notices room={room} isEnded={info.session.phase === "ended"} {...props} />
      <main className="room-main">
        <RoomTitle title={info.session.title} />
        <RoomPanes
          problem={info.problem}
          isChatOpen={chat.isOpen}
          chat={<ChatPanel room={room} info={info} onClose={chat.close} />}
          unread={<UnreadMark room={room} />}
          editor={<EditorPane room={room} info={info} />}
          run={
            <RunPanel
              room={room}
              info={info}
              draft={draft}
              onDraft={setDraft}
              onTerminalSize={(size) => (terminalSize.current = size)}
              onRun={run}
              onGrade={grade}
            />
          }
        />
        {call?.dock}
      </main>
      <StatusBar room={room} info={info} />
    </div>
  );
}

/** In the tab, and for whoever does not see the bar. */
function RoomTitle({ title }: { title: string }): ReactElement {
  useTitle(title);
  return <h1 className="visually-hidden">{title}</h1>;
}

/** Whether the chat stands beside the output; on a narrow screen it is one of the tabs, and there is nothing to close. */
function useChatPlace(toggle: RefObject<HTMLButtonElement | null>) {
  const isNarrow = useNarrow();
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    toggle.current?.focus();
  };
  return { isOpen, toggle: () => setOpen(!isOpen), close: isNarrow ? undefined : close };
}

/** Where one goes on after what one pressed is gone: to what the room now asks, or to the room itself. */
function placeAfter(page: HTMLElement): HTMLElement | null {
  return page.querySelector<HTMLElement>(".room-notices button") ?? page.querySelector<HTMLElement>("main");
}

function Notices({ room, isEnded, ...props }: LiveRoomProps & { room: Room; isEnded: boolean }): ReactElement {
  return (
    <aside className="room-notices" aria-label="Notices">
      {isEnded && <EndedNotice {...props} />}
      <UnsavedBanner room={room} />
      <UnsentDialog room={room} />
      <RoomNotice room={room} />
    </aside>
  );
}

function EndedNotice({ bearer, onOpenRecord }: Pick<LiveRoomProps, "bearer" | "onOpenRecord">): ReactElement {
  return (
    <Notice
      action={
        onOpenRecord && (
          <Button look="small primary" onClick={onOpenRecord}>
            Open the record
          </Button>
        )
      }
    >
      <strong>The interview has ended.</strong> Everything here is read-only now.
      {bearer === "guest" && " Thank you for your time; you can close this page."}
    </Notice>
  );
}

function RoomNotice({ room }: { room: Room }): ReactElement | null {
  const text = useStore(room.notice);
  if (text === undefined) return null;
  return (
    <Notice
      tone="warning"
      action={
        <Button look="small" onClick={() => room.dismissNotice()}>
          Dismiss
        </Button>
      }
    >
      {text}
    </Notice>
  );
}

/** Ctrl+Enter, or Cmd+Enter on a Mac, wherever the keyboard is in the room; with Shift it submits. */
function useRunKeys(actions: { readonly run: () => void; readonly submit: () => void }): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
      // A question that is open is answered first.
      if (event.target instanceof Element && event.target.closest("[role='dialog'], [role='alertdialog']")) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.shiftKey) current.current.submit();
      else current.current.run();
    };
    // Before the editor, for which this key means something else.
    window.addEventListener("keydown", pressed, { capture: true });
    return () => window.removeEventListener("keydown", pressed, { capture: true });
  }, []);
}
