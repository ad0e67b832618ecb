import { Type } from "typebox";
import { Compile } from "typebox/compile";
import type { types } from "mediasoup";
import { Refusal } from "./refusal.ts";

/*
 * What browsers send that is mediasoup's: of the right types and in bounds before mediasoup sees it. It writes requests to
 * its Worker into one buffer for all; a value of another type than it expects breaks off in the middle, and from then on
 * nobody can say anything to that Worker any more.
 * https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities
 */

const Text = Type.String({ maxLength: 256 });
const Byte = Type.Integer({ minimum: 0, maximum: 255 });
const Word = Type.Integer({ minimum: 0, maximum: 0xffff_ffff });
const Flag = Type.Optional(Type.Boolean());
const Kind = Type.Union([Type.Literal("audio"), Type.Literal("video")]);

const codec = {
  mimeType: Text,
  clockRate: Word,
  channels: Type.Optional(Type.Integer({ minimum: 1, maximum: 8 })),
  parameters: Type.Optional(Type.Record(Text, Type.Union([Text, Type.Number(), Type.Boolean()]))),
  rtcpFeedback: Type.Optional(
    Type.Array(Type.Object({ type: Text, parameter: Type.Optional(Text) }), { maxItems: 32 }),
  ),
};

const RtpParameters = Type.Object({
  mid: Type.Optional(Text),
  msid: Type.Optional(Text),
  codecs: Type.Array(Type.Object({ ...codec, payloadType: Byte }), { minItems: 1, maxItems: 16 }),
  headerExtensions: Type.Optional(
    Type.Array(Type.Object({ uri: Text, id: Byte, encrypt: Flag, parameters: codec.parameters }), { maxItems: 32 }),
  ),
  encodings: Type.Array(
    Type.Object({
      ssrc: Type.Optional(Word),
      rid: Type.Optional(Text),
      codecPayloadType: Type.Optional(Byte),
      rtx: Type.Optional(Type.Object({ ssrc: Word })),
      dtx: Flag,
      scalabilityMode: Type.Optional(Text),
      maxBitrate: Type.Optional(Word),
    }),
    { minItems: 1, maxItems: 3 },
  ),
  rtcp: Type.Optional(Type.Object({ cname: Type.Optional(Text), reducedSize: Flag, mux: Flag })),
});

const RtpCapabilities = Type.Object({
  codecs: Type.Optional(
    Type.Array(Type.Object({ ...codec, kind: Kind, preferredPayloadType: Byte }), { maxItems: 64 }),
  ),
  headerExtensions: Type.Optional(
    Type.Array(
      Type.Object({
        kind: Kind,
        uri: Text,
        preferredId: Byte,
        preferredEncrypt: Flag,
        direction: Type.Optional(
          Type.Union(["sendrecv", "sendonly", "recvonly", "inactive"].map((direction) => Type.Literal(direction))),
        ),
      }),
      { maxItems: 64 },
    ),
  ),
});

const DtlsParameters = Type.Object({
  role: Type.Optional(Type.Union([Type.Literal("auto"), Type.Literal("client"), Type.Literal("server")])),
  fingerprints: Type.Array(
    Type.Object({
      algorithm: Type.Union(["sha-1", "sha-224", "sha-256", "sha-384", "sha-512"].map((name) => Type.Literal(name))),
      value: Type.String({ pattern: "^([0-9A-Fa-f]{2}:){19,63}[0-9A-Fa-f]{2}$" }),
    }),
    { minItems: 1, maxItems: 8 },
  ),
});

const rtpParameters = Compile(RtpParameters);
const rtpCapabilities = Compile(RtpCapabilities);
const dtlsParameters = Compile(DtlsParameters);

function check(validator: { Check: (value: unknown) => boolean }, value: unknown): void {
  if (!validator.Check(value)) throw new Refusal("bad-parameters", "These are no parameters that mediasoup knows.");
}

/** What is sent, or Refusal. Its types are now true; what it means mediasoup checks. */
export function readRtpParameters(value: unknown): types.RtpParameters {
  check(rtpParameters, value);
  return value as types.RtpParameters;
}

/** What a browser can decode, or Refusal. */
export function readRtpCapabilities(value: unknown): types.RtpCapabilities {
  check(rtpCapabilities, value);
  return value as types.RtpCapabilities;
}

/** A browser's certificates, or Refusal. */
export function readDtlsParameters(value: unknown): types.DtlsParameters {
  check(dtlsParameters, value);
  return value as types.DtlsParameters;
}
