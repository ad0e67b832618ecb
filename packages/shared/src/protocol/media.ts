import { Type, type Static } from "typebox";
import { Role } from "../roles.ts";

/**
 * What a browser and the media service say to each other, over a WebSocket of its own. The browser asks, and each request
 * is answered; the service also tells. What WebRTC needs (RTP parameters and the like) goes through as mediasoup and its
 * client know it, and is checked by them. https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities
 */

const Id = Type.String({ format: "uuid" });
/** Of a transport, producer or consumer: mediasoup makes UUIDs. */
const MediaId = Type.String({ format: "uuid" });
/** Something of mediasoup's, passed on as it is. */
const Foreign = Type.Record(Type.String(), Type.Unknown());

/** Where the media of a session is negotiated, below the public URL. */
export const mediaPath = (sessionId: string): string => `/api/sessions/${sessionId}/media`;

/** The largest frame either way, in bytes: a browser's capabilities are some 20 KB. */
export const maxMediaFrameBytes = 128 * 1024;

/** What a track shows or carries. One producer of each for a peer. */
export const MediaSource = Type.Union([
  Type.Literal("microphone"),
  Type.Literal("camera"),
  Type.Literal("screen"),
  Type.Literal("screen-audio"),
]);
export type MediaSource = Static<typeof MediaSource>;

export const isAudio = (source: MediaSource): boolean => source === "microphone" || source === "screen-audio";

/** Which layers of a simulcast somebody wants at the most: 0 is the lowest. */
const Layers = {
  spatialLayer: Type.Integer({ minimum: 0, maximum: 2 }),
  temporalLayer: Type.Integer({ minimum: 0, maximum: 2 }),
};

const request = { id: Type.Integer({ minimum: 1 }) };

/**
 * Up, first on every socket: I am here. Answered by who else is, and by what the browser's device is loaded with; their
 * tracks follow as consumers once `receive` is there. The socket that a participant had before is closed: one tab has
 * the call. [V2]
 */
export const JoinMedia = Type.Object({ ...request, type: Type.Literal("join") });

/**
 * Up, before joining: can media come from here at all, and by which path? A transport that carries one channel for data
 * and nothing else; nobody hears of it, and `join` closes it. Connected with `transport.connect`. [V9]
 */
export const ProbePath = Type.Object({ ...request, type: Type.Literal("probe") });

/** Up: a way for media, one in each direction. [V3] */
export const CreateTransport = Type.Object({
  ...request,
  type: Type.Literal("transport.create"),
  direction: Type.Union([Type.Literal("send"), Type.Literal("receive")]),
  /** What this browser can decode: with the one that receives, and it must be there. */
  rtpCapabilities: Type.Optional(Foreign),
});
export const ConnectTransport = Type.Object({
  ...request,
  type: Type.Literal("transport.connect"),
  transportId: MediaId,
  dtlsParameters: Foreign,
});
/** Up: the network has changed: new ICE parameters for the same transport. [V7] */
export const RestartIce = Type.Object({
  ...request,
  type: Type.Literal("transport.restart-ice"),
  transportId: MediaId,
});

/** Up: I send this from now on, as my role may. [V4] */
export const Produce = Type.Object({
  ...request,
  type: Type.Literal("produce"),
  transportId: MediaId,
  source: MediaSource,
  rtpParameters: Foreign,
});
/** Up: nothing is sent for a while, or it is again: mute, and camera off. */
export const PauseProducer = Type.Object({ ...request, type: Type.Literal("producer.pause"), producerId: MediaId });
export const ResumeProducer = Type.Object({ ...request, type: Type.Literal("producer.resume"), producerId: MediaId });
export const CloseProducer = Type.Object({ ...request, type: Type.Literal("producer.close"), producerId: MediaId });

/** Up: my side of this consumer is there, or what it shows is seen again: let it flow. [V5] */
export const ResumeConsumer = Type.Object({ ...request, type: Type.Literal("consumer.resume"), consumerId: MediaId });
/** Up: nobody sees it here. */
export const PauseConsumer = Type.Object({ ...request, type: Type.Literal("consumer.pause"), consumerId: MediaId });
/** Up: so large is it shown here. [V6] */
export const PreferLayers = Type.Object({
  ...request,
  type: Type.Literal("consumer.layers"),
  consumerId: MediaId,
  ...Layers,
});

/** Up, by an interviewer: nobody hears this participant until they turn themselves on again. [V8] */
export const MuteParticipant = Type.Object({
  ...request,
  type: Type.Literal("participant.mute"),
  participantId: Id,
  source: MediaSource,
});

/** Up: a newer access token of the same bearer, as on the room's socket. [T4] */
export const RenewMediaAccess = Type.Object({
  ...request,
  type: Type.Literal("access"),
  accessToken: Type.String({ maxLength: 4096 }),
});
/** Up: is anybody there? */
export const PingMedia = Type.Object({ ...request, type: Type.Literal("ping") });

export const MediaRequest = Type.Union([
  JoinMedia,
  ProbePath,
  CreateTransport,
  ConnectTransport,
  RestartIce,
  Produce,
  PauseProducer,
  ResumeProducer,
  CloseProducer,
  ResumeConsumer,
  PauseConsumer,
  PreferLayers,
  MuteParticipant,
  RenewMediaAccess,
  PingMedia,
]);
export type MediaRequest = Static<typeof MediaRequest>;
export type MediaRequestOf<T extends MediaRequest["type"]> = Extract<MediaRequest, { type: T }>;

/** A track of somebody's that is there, sent or not. */
export const PeerTrack = Type.Object({ producerId: MediaId, source: MediaSource, paused: Type.Boolean() });

/** Somebody in the call. */
export const MediaPeer = Type.Object({
  participantId: Id,
  role: Role,
  tracks: Type.Array(PeerTrack),
});
export type MediaPeer = Static<typeof MediaPeer>;

/** As RTCPeerConnection takes it. */
export const IceServer = Type.Object({
  urls: Type.Array(Type.String()),
  username: Type.Optional(Type.String()),
  credential: Type.Optional(Type.String()),
});
export type IceServer = Static<typeof IceServer>;

/** What a browser needs to make its end of a transport. */
const transportAnswer = {
  transportId: MediaId,
  iceParameters: Foreign,
  iceCandidates: Type.Array(Foreign),
  dtlsParameters: Foreign,
  /** Of the one that receives: the channel for data goes over it. */
  sctpParameters: Type.Optional(Foreign),
  iceServers: Type.Array(IceServer),
};

/** The channel for what must not queue, unordered and never sent again: one for each peer, from the service. [V10] */
export const DataChannel = Type.Object({
  dataConsumerId: MediaId,
  dataProducerId: MediaId,
  sctpStreamParameters: Foreign,
  label: Type.String(),
});
export type DataChannel = Static<typeof DataChannel>;

/** What is answered, by the request's type. */
export const mediaAnswers = {
  join: Type.Object({
    routerRtpCapabilities: Foreign,
    peers: Type.Array(MediaPeer),
    /** What this participant may send. */
    maySend: Type.Array(MediaSource),
  }),
  probe: Type.Object({ ...transportAnswer, routerRtpCapabilities: Foreign, channel: DataChannel }),
  "transport.create": Type.Object({
    ...transportAnswer,
    /** Of the one that receives. */
    channel: Type.Optional(DataChannel),
  }),
  "transport.connect": Type.Null(),
  /** The credentials of before may have expired meanwhile. */
  "transport.restart-ice": Type.Object({ iceParameters: Foreign, iceServers: Type.Array(IceServer) }),
  produce: Type.Object({ producerId: MediaId }),
  "producer.pause": Type.Null(),
  "producer.resume": Type.Null(),
  "producer.close": Type.Null(),
  "consumer.resume": Type.Null(),
  "consumer.pause": Type.Null(),
  "consumer.layers": Type.Null(),
  "participant.mute": Type.Null(),
  access: Type.Null(),
  ping: Type.Null(),
} as const satisfies Record<MediaRequest["type"], ReturnType<typeof Type.Unknown> | object>;
export type MediaAnswerOf<T extends MediaRequest["type"]> = Static<(typeof mediaAnswers)[T]>;

export const MediaErrorCode = Type.Union([
  Type.Literal("malformed-frame"),
  /** The role may not do this. */
  Type.Literal("not-allowed"),
  /** Nothing of this peer's has that id. Of what is closed already, closing is no error. */
  Type.Literal("unknown-id"),
  /** Joining a call is for whoever is in the room: come into it, and ask again. */
  Type.Literal("not-in-room"),
  /** It is not the time for it: not joined, joined twice, or a second transport or producer of one kind. */
  Type.Literal("out-of-order"),
  /** mediasoup will not have these parameters. */
  Type.Literal("bad-parameters"),
  /** No Worker has room for another call, or the call for another peer. */
  Type.Literal("no-capacity"),
  Type.Literal("unauthenticated"),
  Type.Literal("internal-error"),
]);
export type MediaErrorCode = Static<typeof MediaErrorCode>;

/** Down: to each request one, in whatever order. */
export const MediaAnswer = Type.Union([
  Type.Object({ type: Type.Literal("answer"), id: Type.Integer(), data: Type.Unknown() }),
  Type.Object({
    type: Type.Literal("refused"),
    /** Null of a frame that could not be read. */
    id: Type.Union([Type.Integer(), Type.Null()]),
    code: MediaErrorCode,
    message: Type.String(),
  }),
]);

/** Down: somebody came, or what they send has changed. Whole, and the newest counts. */
export const PeerChanged = Type.Object({ type: Type.Literal("peer"), peer: MediaPeer });
export const PeerLeft = Type.Object({ type: Type.Literal("peer.left"), participantId: Id });

/** Down: a track of somebody's for me. It is paused until I say `consumer.resume`. [V5] */
export const ConsumerAdded = Type.Object({
  type: Type.Literal("consumer"),
  consumerId: MediaId,
  producerId: MediaId,
  participantId: Id,
  source: MediaSource,
  rtpParameters: Foreign,
});
export const ConsumerClosed = Type.Object({ type: Type.Literal("consumer.closed"), consumerId: MediaId });
/** Down: which layers come now; null when bandwidth is short of the lowest. */
export const ConsumerLayers = Type.Object({
  type: Type.Literal("consumer.layers"),
  consumerId: MediaId,
  layers: Type.Union([Type.Object(Layers), Type.Null()]),
});
/** Down, at most every two seconds: how well things come, from 0 to 10, at mine and at their senders' end. */
export const Quality = Type.Object({
  type: Type.Literal("quality"),
  /** Of what I send. */
  own: Type.Union([Type.Integer(), Type.Null()]),
  peers: Type.Array(Type.Object({ participantId: Id, received: Type.Integer(), sent: Type.Integer() })),
});
/** Down: who speaks now; null when nobody does. */
export const Speaker = Type.Object({ type: Type.Literal("speaker"), participantId: Type.Union([Id, Type.Null()]) });
/**
 * Down, over the channel for data only, four times a second, whether or not anybody is heard: how loud those are who
 * are, in dBov: -127 to 0 (RFC 6464). A lost one is made good by the next. [V10]
 */
export const Levels = Type.Object({
  type: Type.Literal("levels"),
  levels: Type.Array(Type.Object({ participantId: Id, dbov: Type.Integer() })),
});
export type Levels = Static<typeof Levels>;
/** Down: an interviewer has turned this track of mine off. [V8] */
export const Muted = Type.Object({ type: Type.Literal("muted"), source: MediaSource, by: Id });

export const MediaNews = Type.Union([
  PeerChanged,
  PeerLeft,
  ConsumerAdded,
  ConsumerClosed,
  ConsumerLayers,
  Quality,
  Speaker,
  Muted,
]);
export type MediaNews = Static<typeof MediaNews>;

/** Everything that the media service says. */
export const MediaDown = Type.Union([...MediaAnswer.anyOf, ...MediaNews.anyOf]);
export type MediaDown = Static<typeof MediaDown>;
