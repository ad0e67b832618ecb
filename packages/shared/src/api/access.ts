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

/** Whether two tokens are of the same bearer, and give the same rights. */
export function haveSameRights(one: AccessClaims, other: AccessClaims): boolean {
  const isSameBearer = one.sub === other.sub && one.role === other.role;
  if (one.kind !== "guest" || other.kind !== "guest") return isSameBearer && one.kind === other.kind;
  return isSameBearer && one.sessionId === other.sessionId && one.inviteId === other.inviteId;
}

/** Whether a token is a newer one of the same bearer, with the same rights: what is open may stay so. [T4] */
export function isRenewal(newer: AccessClaims, old: AccessClaims): boolean {
  return haveSameRights(newer, old) && newer.exp >= old.exp;
}

export const accessTokenIssuer = "greenroom-auth";
export const accessTokenAudience = "greenroom";
