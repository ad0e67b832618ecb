/** How sound and pictures travel, as the browser found out by trying. */
export interface MediaPath {
  readonly kind: "udp" | "tcp" | "relay";
  /** Of the round trip, in milliseconds; undefined before it was measured. */
  readonly roundTripMs: number | undefined;
  /** How the relay is reached. */
  readonly relayProtocol: string | undefined;
}

interface Pair {
  readonly localCandidateId: string;
  readonly remoteCandidateId: string;
  readonly currentRoundTripTime?: number;
}
interface Candidate {
  readonly candidateType: string;
  readonly protocol: string;
  readonly relayProtocol?: string;
}

/** The way that a transport takes; undefined as long as it has none. https://www.w3.org/TR/webrtc-stats/ */
export function pathOf(report: RTCStatsReport): MediaPath | undefined {
  // A report is a map of dictionaries whose fields depend on their type, as the standard says and the DOM types do not.
  const all = [...report.values()] as { readonly id: string; readonly type: string }[];
  const transport = all.find(({ type }) => type === "transport") as { selectedCandidatePairId?: string } | undefined;
  const selected = transport?.selectedCandidatePairId;
  // Firefox marks the pair itself.
  const pair = all.find(
    (entry) => (selected ? entry.id === selected : "selected" in entry && entry["selected"] === true) && isPair(entry),
  ) as Pair | undefined;
  const local = pair && (report.get(pair.localCandidateId) as Candidate | undefined);
  if (!pair || !local) return undefined;
  const seconds = pair.currentRoundTripTime;
  return {
    kind: local.candidateType === "relay" ? "relay" : local.protocol === "tcp" ? "tcp" : "udp",
    roundTripMs: seconds === undefined ? undefined : Math.round(seconds * 1000),
    relayProtocol: local.candidateType === "relay" ? local.relayProtocol : undefined,
  };
}

const isPair = (entry: { readonly type: string }): boolean => entry.type === "candidate-pair";

/** In the words of somebody who has to do nothing about it, or can. */
export function pathText({ kind, roundTripMs, relayProtocol }: MediaPath): string {
  const time = roundTripMs === undefined ? "" : ` Round trip: ${roundTripMs} ms.`;
  switch (kind) {
    case "udp":
      return `Sound and picture go straight to the server over UDP, the best way there is.${time}`;
    case "tcp":
      return `Sound and picture go straight to the server over TCP, because this network lets no UDP through. On a weak network they may stutter.${time}`;
    case "relay":
      return `Sound and picture go over the relay (TURN${relayProtocol ? ` by ${relayProtocol.toUpperCase()}` : ""}), because this network lets nothing straight through. They may come a little later.${time}`;
  }
}
