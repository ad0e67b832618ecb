import type { RunResult } from "@greenroom/shared/jobs/run-result.ts";
import { addGauge, Counter, Gauge, Histogram, type Registry } from "@greenroom/shared/node/metrics.ts";
import type { CloseReason } from "@greenroom/shared/protocol/close-codes.ts";
import type { DownFrame } from "@greenroom/shared/protocol/down.ts";
import type { RunSummary } from "@greenroom/shared/protocol/run.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import type { Role } from "@greenroom/shared/roles.ts";

/** Seconds of one commit: a flush to a quiet disk, up to a Postgres that hangs. */
const commitBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** A frame that could not be read: what type it claims to be is its sender's choice, and no label. */
const unreadable = "unreadable";

/** What a commit of a room's events is counted by. */
interface CountedBatch {
  readonly fence: { readonly sessionId: string };
  readonly sealed: readonly { readonly event: { readonly kind: string } }[];
}

const addOne = (counts: Map<string, number>, of: string): void => void counts.set(of, (counts.get(of) ?? 0) + 1);

const roles: readonly Role[] = ["interviewer", "candidate", "observer"];

/**
 * What a session process counts: docs/metrics.md says what each means. Labels are words of the protocol alone, never
 * anything that somebody sent.
 */
export class SessionMetrics {
  /** By direction and type, since somebody asked last: labels are looked up then, not for each frame. */
  readonly #frames = { in: new Map<string, number>(), out: new Map<string, number>() };
  readonly #refused: Counter<"type" | "code">;
  readonly #closed: Counter<"reason">;
  readonly #operations: Counter;
  readonly #commits: Histogram<"outcome">;
  readonly #runs: Counter<"language" | "kind" | "outcome">;
  readonly #runFaults: Counter<"what">;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
      new Counter({ name: `greenroom_session_${name}`, help, labelNames, registers });
    const frames = new Counter({
      name: "greenroom_session_frames_total",
      help: "Frames, from and to all sockets.",
      labelNames: ["direction", "type"],
      registers,
      collect: () => {
        for (const [direction, counts] of Object.entries(this.#frames)) {
          for (const [type, count] of counts) frames.inc({ direction, type }, count);
          counts.clear();
        }
      },
    });
    this.#refused = counter("refused_frames_total", "Frames that were refused, by error code.", ["type", "code"]);
    this.#closed = counter("sockets_closed_total", "Sockets that the service closed.", ["reason"]);
    this.#operations = counter("operations_total", "Operations that were committed.", []);
    this.#commits = new Histogram({
      name: "greenroom_session_commit_seconds",
      help: "Committing what waited in the rooms of a process, in one transaction.",
      labelNames: ["outcome"],
      buckets: commitBuckets,
      registers,
    });
    this.#runs = counter("runs_total", "Runs in rooms that ended.", ["language", "kind", "outcome"]);
    this.#runFaults = counter("run_faults_total", "What went wrong with runs on our side.", ["what"]);
  }

  received(type: UpFrame["type"] | typeof unreadable): void {
    addOne(this.#frames.in, type);
  }

  /** A frame to one socket; a refusal is counted as one, too. */
  sent(type: DownFrame["type"]): void {
    addOne(this.#frames.out, type);
  }

  refused(frame: DownFrame): void {
    if (frame.type === "operation.refused") this.#refused.inc({ type: "operation", code: frame.code });
    else if (frame.type === "error") {
      const type = frame.code === "malformed-frame" ? unreadable : (frame.refused ?? unreadable);
      this.#refused.inc({ type, code: frame.code });
    }
  }

  closed(reason: CloseReason): void {
    this.#closed.inc({ reason });
  }

  /** Times a commit of what rooms had waiting. @returns the sessions whose events are written */
  async timeCommit<T extends CountedBatch>(
    batches: readonly T[],
    commit: () => Promise<ReadonlySet<string>>,
  ): Promise<ReadonlySet<string>> {
    const stop = this.#commits.startTimer();
    try {
      const written = await commit();
      stop({ outcome: written.size === batches.length ? "committed" : "fenced" });
      for (const { fence, sealed } of batches)
        if (written.has(fence.sessionId))
          this.#operations.inc(sealed.filter(({ event }) => event.kind === "operation").length);
      return written;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      stop({ outcome: code === "fenced" ? "fenced" : code === "not-appended" ? "undone" : "failed" });
      throw error;
    }
  }

  runEnded({ language, task }: RunSummary, { outcome }: RunResult): void {
    this.#runs.inc({ language, kind: task.kind, outcome });
    if (outcome === "internal-error") this.#runFaults.inc({ what: "internal-error" });
  }

  /** A job that the queue did not take yet, an order that it did not take, an end that Postgres did not take yet. */
  runFault(what: "not-added" | "order-lost" | "not-stored"): void {
    this.#runFaults.inc({ what });
  }
}

/** The rooms of this process, as far as they are counted. */
interface CountedRoom {
  readonly connections: readonly { readonly participant: { readonly id: string; readonly role: Role } }[];
}

/** What is looked at when somebody asks. */
export function watchNumbers(
  registry: Registry,
  ask: { rooms: () => readonly CountedRoom[]; waiting: () => Promise<number> },
): void {
  const add = (name: string, help: string, of: () => number | Promise<number>): void =>
    addGauge(registry, { name: `greenroom_session_${name}`, help, ask: of });
  add("rooms", "Rooms that this process has open.", () => ask.rooms().length);
  add("sockets", "Sockets in them.", () => ask.rooms().reduce((sum, { connections }) => sum + connections.length, 0));
  add("queue_waiting", "Runs that wait in the queue, whosever they are.", ask.waiting);
  const participants: Gauge<"role"> = new Gauge({
    name: "greenroom_session_participants",
    help: "Participants who are connected, each once however many sockets they have.",
    labelNames: ["role"],
    registers: [registry],
    collect: () => {
      const counts = countRoles(ask.rooms());
      for (const role of roles) participants.set({ role }, counts.get(role) ?? 0);
    },
  });
}

function countRoles(rooms: readonly CountedRoom[]): Map<Role, number> {
  const counts = new Map<Role, number>();
  for (const { connections } of rooms) {
    const present = new Map(connections.map(({ participant }) => [participant.id, participant.role]));
    for (const role of present.values()) counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  return counts;
}
