import { expect, it } from "vitest";
import { pathOf, pathText } from "./path.ts";

function report(local: object, pair: object = {}): RTCStatsReport {
  const entries = [
    { id: "T", type: "transport", selectedCandidatePairId: "P" },
    {
      id: "P",
      type: "candidate-pair",
      localCandidateId: "L",
      remoteCandidateId: "R",
      currentRoundTripTime: 0.0204,
      ...pair,
    },
    { id: "Q", type: "candidate-pair", localCandidateId: "M", remoteCandidateId: "R" },
    { id: "L", type: "local-candidate", ...local },
    { id: "M", type: "local-candidate", candidateType: "host", protocol: "tcp" },
  ];
  // A report is a map in a browser as well.
  return new Map(entries.map((entry) => [entry.id, entry])) as unknown as RTCStatsReport;
}

it("says by which way media goes, and how far it is", () => {
  const udp = pathOf(report({ candidateType: "host", protocol: "udp" }));
  expect(udp).toEqual({ kind: "udp", roundTripMs: 20, relayProtocol: undefined });
  expect(udp && pathText(udp)).toContain("over UDP, the best way there is. Round trip: 20 ms.");
});

it("says why it is not the best one", () => {
  const tcp = pathOf(report({ candidateType: "prflx", protocol: "tcp" }));
  expect(tcp && pathText(tcp)).toContain("because this network lets no UDP through");
  const relay = pathOf(report({ candidateType: "relay", protocol: "udp", relayProtocol: "tls" }));
  expect(relay && pathText(relay)).toContain(
    "over the relay (TURN by TLS), because this network lets nothing straight through",
  );
});

it("knows no way before there is one", () => {
  expect(pathOf(report({ candidateType: "host", protocol: "udp" }, { id: "other" }))).toBeUndefined();
});
