import { Type, type Static } from "typebox";
import { Role } from "../roles.ts";

const Id = Type.String({ format: "uuid" });

/** What an access token says (a JWT, ES256, issuer and audience below, some minutes of life; every service verifies it itself). */
export const AccessClaims = Type.Union([
  Type.Object({
    kind: Type.Literal("user"),
    /** The user's id. */
    sub: Id,
    name: Type.String(),
    role: Type.Union([Type.Literal("admin"), Type.Literal("member")]),
    /** Seconds since the epoch. */
    exp: Type.Integer(),
  }),
  Type.Object({
    kind: Type.Literal("guest"),
    /** The participant's id: the same for one browser however often it comes back. */
    sub: Id,
    name: Type.String(),
    sessionId: Id,
    inviteId: Id,
    role: Role,
    exp: Type.Integer(),
  }),
]);
export type AccessClaims = Static<typeof AccessClaims>;
export type UserClaims = Extract<AccessClaims, { kind: "user" }>;
export type GuestClaims = Extract<AccessClaims, { kind: "guest" }>;

export const accessTokenIssuer = "greenroom-auth";
export const accessTokenAudience = "greenroom";
