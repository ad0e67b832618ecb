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

/** Whether a token is a newer one of the same bearer, with the same rights: what is open may stay so. [T4] */
export function isRenewal(newer: AccessClaims, old: AccessClaims): boolean {
  const sameRights =
    newer.sub === old.sub &&
    newer.role === old.role &&
    (newer.kind === "guest" && old.kind === "guest"
      ? newer.sessionId === old.sessionId && newer.inviteId === old.inviteId
      : newer.kind === old.kind);
  return sameRights && newer.exp >= old.exp;
}

export const accessTokenIssuer = "greenroom-auth";
export const accessTokenAudience = "greenroom";
