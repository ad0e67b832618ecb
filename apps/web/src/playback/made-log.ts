import type { EventKind, EventOf, SessionEvent } from "@greenroom/shared/log/event.ts";
import { reduce } from "@greenroom/shared/log/reduce.ts";
import { emptyState, type SessionState } from "@greenroom/shared/log/state.ts";
import { randomFrom, randomOperation } from "@greenroom/shared/ot/random-operation.ts";
import { codePointLength, type TextOperation } from "@greenroom/shared/ot/text-operation.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";

/** An id that says what it is of: `id("a", 1)`. */
export const id = (letter: "a" | "b" | "c" | "d" | "e", index: number): string =>
  `00000000-0000-4000-8000-${letter}${String(index).padStart(11, "0")}`;

export const ada = id("a", 1);
export const cleo = id("a", 2);
export const program = id("d", 1);
/** When the made sessions begin, in milliseconds since the epoch. */
export const began = Date.UTC(2026, 10, 21, 9);

/** A log for tests, made event by event; the shared reducer says what each comes to. */
export class MadeLog {
  readonly events: SessionEvent[] = [];
  readonly states: SessionState[] = [emptyState];
  #at = began;
  #seq = 0;

  get head(): number {
    return this.events.length;
  }
  get until(): number {
    return this.#at;
  }
  get state(): SessionState {
    // There is always the empty one.
    return this.states.at(-1) as SessionState;
  }

  add<K extends Exclude<EventKind, "operation">>(
    afterMs: number,
    participantId: string | null,
    kind: K,
    body: EventOf<K>["body"],
  ): number {
    // Kind and body belong together, which their common type parameter says.
    return this.#push(afterMs, { participantId, kind, body } as unknown as SessionEvent);
  }

  /** Somebody's change to the program. */
  write(afterMs: number, participantId: string, operation: TextOperation, documentId = program): number {
    const revision = (this.state.documents[documentId]?.revision ?? 0) + 1;
    this.#seq += 1;
    const change = { documentId, revision, clientId: id("c", 1), seq: this.#seq, body: { operation: [...operation] } };
    return this.#push(afterMs, { participantId, kind: "operation", ...change } as unknown as SessionEvent);
  }

  /** Letter by letter at the end of the program. */
  type(participantId: string, text: string, everyMs = 100): void {
    for (const letter of text) {
      const length = codePointLength(this.state.documents[program]?.text ?? "");
      this.write(everyMs, participantId, length > 0 ? [length, letter] : [letter]);
    }
  }

  /** Who is there and what they write in: how every log begins. */
  open(): this {
    this.add(0, null, "session.created", { title: "Backend engineer", createdBy: { userId: id("b", 1), name: "Ada" } });
    this.add(0, null, "document.added", {
      documentId: program,
      language: "python",
      problemId: null,
      path: "main.py",
      text: "",
    });
    this.add(0, null, "desk", { language: "python", documentId: program, problem: null });
    this.add(500, ada, "participant.joined", { name: "Ada", role: "interviewer", color: 0 });
    this.add(500, cleo, "participant.joined", { name: "Cleo", role: "candidate", color: 1 });
    return this;
  }

  /** A free run with one line of output; the number of its last event. */
  run(afterMs: number, index: number, output: string): number {
    const run = (state: RunSummary["state"]): RunSummary => ({
      runId: id("e", index),
      documentId: program,
      language: "python",
      revision: this.state.documents[program]?.revision ?? 0,
      participantId: cleo,
      state,
      task: { kind: "free", input: { kind: "given", text: "" } },
      problem: null,
      position: null,
      queuedAt: this.#at,
      result:
        state === "ended"
          ? {
              outcome: "exited",
              exitCode: 0,
              signal: null,
              wallMs: 30,
              cpuMs: 20,
              memoryKib: 9_000,
              compileMs: null,
              chunks: 1,
            }
          : null,
    });
    this.add(afterMs, cleo, "run", { run: run("queued") });
    this.add(100, null, "run", { run: run("running") });
    this.add(300, null, "run.output", {
      runId: id("e", index),
      chunks: [{ number: 1, stream: "stdout", text: output }],
    });
    return this.add(50, null, "run", { run: run("ended") });
  }

  #push(afterMs: number, event: SessionEvent): number {
    this.#at += afterMs;
    const number = this.events.length + 1;
    const whole = { ...event, number, at: this.#at };
    this.events.push(whole);
    this.states.push(reduce(this.state, whole));
    return number;
  }
}

/** A session in which all sorts of things happen: bursts of typing by both, pauses, carets, runs, chat. */
export function randomLog(seed: number, length: number): MadeLog {
  const random = randomFrom(seed);
  const log = new MadeLog().open();
  const pick = <T>(choices: readonly [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0];
  while (log.head < length) {
    const who = pick([ada, cleo]);
    const pause = pick([0, 20, 80, 150, 700, 4_000, 30_000]);
    const kind = pick(["write", "write", "write", "write", "carets", "chat", "tab", "run"]);
    const { text = "" } = log.state.documents[program] ?? {};
    // A long text would make long work of every test.
    if (kind === "write" && codePointLength(text) > 300) log.write(pause, who, [{ d: 200 }]);
    else if (kind === "write") log.write(pause, who, randomOperation(text, random).operation);
    else if (kind === "chat") log.add(pause, who, "chat", { messageId: id("b", log.head), text: "Hello 😀" });
    else if (kind === "tab") log.add(pause, who, "tab", { away: random() < 0.5 });
    else if (kind === "run" && random() < 0.2) log.run(pause, log.head, `${log.head}\n`);
    else {
      const at = Math.floor(random() * (codePointLength(text) + 1));
      log.add(pause, null, "carets", {
        carets: [{ participantId: who, documentId: program, selections: [{ anchor: at, head: at }] }],
      });
    }
  }
  return log;
}
