import type { MediaNews } from "@greenroom/shared/protocol/media.ts";
import type { Peer } from "./peer.ts";

type Quality = Extract<MediaNews, { type: "quality" }>;

/** How well things come to a peer, and how well what it sends comes to us: mediasoup's scores, 0 to 10. */
export function qualityOf(peer: Peer): Quality {
  const sending = [...peer.tracks.values()].filter(({ producer }) => !producer.paused && producer.score.length > 0);
  // A simulcast is as good as its best layer: the others may be left out on purpose.
  const own = sending.map(({ producer }) => Math.max(...producer.score.map(({ score }) => score)));
  const byParticipant = new Map<string, { received: number; sent: number }>();
  for (const { track, consumer } of peer.received.values()) {
    if (consumer.paused || consumer.producerPaused) continue;
    const { participantId } = track.peer;
    const known = byParticipant.get(participantId) ?? { received: 10, sent: 10 };
    byParticipant.set(participantId, {
      received: Math.min(known.received, consumer.score.score),
      // Of a stream with one layer of several pictures a second mediasoup leaves `producerScore` at 0: the list has it.
      sent: Math.min(known.sent, Math.max(consumer.score.producerScore, ...consumer.score.producerScores)),
    });
  }
  return {
    type: "quality",
    own: own.length === 0 ? null : Math.min(...own),
    peers: [...byParticipant].map(([participantId, scores]) => ({ participantId, ...scores })),
  };
}
