import type { types } from "mediasoup-client";

/** How sound and pictures travel, as the browser found out by trying. */
export interface MediaPath {
  readonly kind: "udp" | "tcp" | "relay";
  /** Of the round trip, in milliseconds; undefined before it was measured. */
  readonly roundTripMs: number | undefined;
  /** How the relay is reached. */
  readonly relayProtocol: string | undefined;
}

interface Pair {
  readonly id: string;
  readonly localCandidateId: string;
  readonly remoteCandidateId: string;
  readonly currentRoundTripTime?: number;
  readonly bytesReceived?: number;
}
interface Candidate {
  readonly candidateType: string;
  readonly protocol: string;
  readonly relayProtocol?: string;
}

/** The pair of candidates that a transport uses. https://www.w3.org/TR/webrtc-stats/ */
function selectedPair(report: RTCStatsReport): Pair | undefined {
  // A report is a map of dictionaries whose fields depend on their type, as the standard says and the DOM types do not.
  const all = [...report.values()] as { readonly id: string; readonly type: string }[];
  const transport = all.find(({ type }) => type === "transport") as { selectedCandidatePairId?: string } | undefined;
  const selected = transport?.selectedCandidatePairId;
  // Firefox marks the pair itself.
  return all.find(
    (entry) => (selected ? entry.id === selected : "selected" in entry && entry["selected"] === true) && isPair(entry),
  ) as Pair | undefined;
}

/** The way that a transport takes; undefined as long as it has none. */
export function pathOf(report: RTCStatsReport): MediaPath | undefined {
  const pair = selectedPair(report);
  const local = pair && (report.get(pair.localCandidateId) as Candidate | undefined);
  if (!pair || !local) return undefined;
  const seconds = pair.currentRoundTripTime;
  return {
    kind: local.candidateType === "relay" ? "relay" : local.protocol === "tcp" ? "tcp" : "udp",
    roundTripMs: seconds === undefined ? undefined : Math.round(seconds * 1000),
    relayProtocol: local.candidateType === "relay" ? local.relayProtocol : undefined,
  };
}

/** What has come over a transport by now. */
export interface Arrived {
  /** Tells the present way from the next, which ICE makes anew; undefined where there is none. */
  readonly way: string | undefined;
  /** Over that way. */
  readonly bytes: number;
}

export async function arrivedOver(transport: types.Transport): Promise<Arrived> {
  const pair = transport.closed ? undefined : selectedPair(await transport.getStats());
  return { way: pair?.id, bytes: pair?.bytesReceived ?? 0 };
}

/** Nothing has come in between. */
export const isSame = (one: Arrived, other: Arrived): boolean => one.way === other.way && one.bytes === other.bytes;

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
