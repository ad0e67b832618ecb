import { Type, type Static } from "typebox";
import { Role } from "../roles.ts";
import { defineRoute } from "./route.ts";

const Id = Type.String({ format: "uuid" });
/** Milliseconds since the epoch. */
const Instant = Type.Integer({ minimum: 0 });
const Name = Type.String({ minLength: 1, maxLength: 80 });
const Email = Type.String({ minLength: 3, maxLength: 254, pattern: "^[^\\s@]+@[^\\s@]+$" });
/** Length is what counts (NIST SP 800-63B 3.1.1.2); the upper bound keeps hashing bounded. */
const Password = Type.String({ minLength: 10, maxLength: 256 });
/** The secret part of a link: 32 random bytes as base64url. */
const LinkSecret = Type.String({ minLength: 20, maxLength: 100, pattern: "^[A-Za-z0-9_-]+$" });

export const UserRole = Type.Union([Type.Literal("admin"), Type.Literal("member")]);
export type UserRole = Static<typeof UserRole>;

export const User = Type.Object({
  userId: Id,
  name: Type.String(),
  email: Type.String(),
  role: UserRole,
  disabled: Type.Boolean(),
  createdAt: Instant,
});
export type User = Static<typeof User>;

/** An access token is kept in memory only; the refresh token travels in an HttpOnly cookie beside this body. */
export const SignedIn = Type.Object({ accessToken: Type.String(), expiresAt: Instant, user: User });
export type SignedIn = Static<typeof SignedIn>;

export const GuestSignedIn = Type.Object({
  accessToken: Type.String(),
  expiresAt: Instant,
  sessionId: Id,
  participantId: Id,
  name: Type.String(),
  role: Role,
});
export type GuestSignedIn = Static<typeof GuestSignedIn>;

/** "open": anybody may register; "invite": only with the link an administrator made. */
export const Registration = Type.Union([Type.Literal("invite"), Type.Literal("open")]);

export const getSetup = defineRoute({
  method: "GET",
  path: "/api/auth/setup",
  summary: "Whether the first administrator is still to be made, and how people register",
  access: "public",
  response: Type.Object({ needsSetup: Type.Boolean(), registration: Registration }),
  errors: [],
});

export const register = defineRoute({
  method: "POST",
  path: "/api/auth/register",
  summary: "Make an account; the first one becomes the administrator and needs the setup code",
  access: "public",
  body: Type.Object({
    name: Name,
    email: Email,
    password: Password,
    setupCode: Type.Optional(Type.String({ maxLength: 100 })),
    /** The secret of an account invite. */
    invite: Type.Optional(LinkSecret),
  }),
  response: SignedIn,
  errors: [
    "wrong-setup-code",
    "setup-done",
    "registration-closed",
    "email-taken",
    "invite-not-found",
    "invite-expired",
    "rate-limited",
  ],
});

export const login = defineRoute({
  method: "POST",
  path: "/api/auth/login",
  summary: "Log in with e-mail and password",
  access: "public",
  body: Type.Object({ email: Type.String({ maxLength: 254 }), password: Type.String({ maxLength: 256 }) }),
  response: SignedIn,
  errors: ["wrong-credentials", "account-disabled", "rate-limited"],
});

export const refresh = defineRoute({
  method: "POST",
  path: "/api/auth/refresh",
  summary: "A new access token for the refresh cookie, which is rotated",
  access: "public",
  response: SignedIn,
  errors: ["unauthenticated", "account-disabled"],
});

export const logout = defineRoute({
  method: "POST",
  path: "/api/auth/logout",
  summary: "End this browser's log-in",
  access: "public",
  response: Type.Null(),
  errors: [],
});

export const getMe = defineRoute({
  method: "GET",
  path: "/api/auth/me",
  summary: "The account behind the access token",
  access: "user",
  response: User,
  errors: [],
});

export const listUsers = defineRoute({
  method: "GET",
  path: "/api/auth/users",
  summary: "All accounts",
  access: "admin",
  response: Type.Object({ users: Type.Array(User) }),
  errors: [],
});

export const changeUser = defineRoute({
  method: "PATCH",
  path: "/api/auth/users/:userId",
  summary: "Disable or enable an account, or change its role",
  access: "admin",
  params: Type.Object({ userId: Id }),
  body: Type.Object({ role: Type.Optional(UserRole), disabled: Type.Optional(Type.Boolean()) }),
  response: User,
  errors: ["not-found", "last-admin"],
});

/** A link that lets its bearer make one account. */
export const AccountInvite = Type.Object({
  accountInviteId: Id,
  createdAt: Instant,
  expiresAt: Instant,
  usedAt: Type.Union([Instant, Type.Null()]),
});
export type AccountInvite = Static<typeof AccountInvite>;

export const createAccountInvite = defineRoute({
  method: "POST",
  path: "/api/auth/account-invites",
  summary: "A link with which one colleague can register; the link is shown this once",
  access: "admin",
  response: Type.Object({ accountInvite: AccountInvite, url: Type.String() }),
  errors: [],
});

export const listAccountInvites = defineRoute({
  method: "GET",
  path: "/api/auth/account-invites",
  summary: "Account invites not yet expired, newest first",
  access: "admin",
  response: Type.Object({ accountInvites: Type.Array(AccountInvite) }),
  errors: [],
});

export const revokeAccountInvite = defineRoute({
  method: "DELETE",
  path: "/api/auth/account-invites/:accountInviteId",
  summary: "Take an account invite back",
  access: "admin",
  params: Type.Object({ accountInviteId: Id }),
  response: Type.Null(),
  errors: ["not-found"],
});

/** What the bearer of an invite may know before joining. */
export const InvitePreview = Type.Object({
  sessionId: Id,
  sessionTitle: Type.String(),
  role: Role,
  expiresAt: Instant,
  /** The name this browser joined with before, where it did. */
  returningAs: Type.Union([Type.String(), Type.Null()]),
});
export type InvitePreview = Static<typeof InvitePreview>;

export const inspectInvite = defineRoute({
  method: "POST",
  path: "/api/auth/invites/inspect",
  summary: "What an invite is for; nothing is used up by asking",
  access: "public",
  body: Type.Object({ invite: LinkSecret }),
  response: InvitePreview,
  errors: ["invite-not-found", "invite-expired", "invite-revoked", "rate-limited"],
});

export const redeemInvite = defineRoute({
  method: "POST",
  path: "/api/auth/invites/redeem",
  summary: "Join by an invite under a name; the same browser gets the same participant again",
  access: "public",
  body: Type.Object({ invite: LinkSecret, name: Name }),
  response: GuestSignedIn,
  errors: ["invite-not-found", "invite-expired", "invite-revoked", "rate-limited"],
});

export const refreshGuest = defineRoute({
  method: "POST",
  path: "/api/auth/guest/refresh",
  summary: "A new access token for a guest's cookie of one session",
  access: "public",
  body: Type.Object({ sessionId: Id }),
  response: GuestSignedIn,
  errors: ["unauthenticated", "invite-expired", "invite-revoked"],
});

export const getKeys = defineRoute({
  method: "GET",
  path: "/api/auth/keys",
  summary: "The public keys that verify access tokens, as a JWK set",
  access: "public",
  response: Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }),
  errors: [],
});

export const authRoutes = [
  getSetup,
  register,
  login,
  refresh,
  logout,
  getMe,
  listUsers,
  changeUser,
  createAccountInvite,
  listAccountInvites,
  revokeAccountInvite,
  inspectInvite,
  redeemInvite,
  refreshGuest,
  getKeys,
] as const;
