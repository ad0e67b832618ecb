import { AccessLost } from "./access.ts";
import { RequestFailed } from "./call-route.ts";

/** What a person reads when a request failed: the cause and the next step. */
export function failureText(error: unknown): string {
  if (error instanceof AccessLost) return texts[error.code] ?? "You are signed out. Sign in and try again.";
  if (!(error instanceof RequestFailed)) return "Something went wrong in this page. Reload it and try again.";
  if (error.code === "rate-limited" && error.retryAfterMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return `Too many attempts. Wait ${seconds === 1 ? "a second" : `${seconds} seconds`}, then try again.`;
  }
  return texts[error.code] ?? error.message;
}

export function failureCode(error: unknown): string | undefined {
  return error instanceof RequestFailed || error instanceof AccessLost ? error.code : undefined;
}

const texts: Partial<Record<RequestFailed["code"], string>> = {
  unreachable: "The server does not answer. Check your connection and try again.",
  unavailable: "The server is starting or busy. Try again in a moment.",
  "internal-error": "The server had a problem of its own. Try again; if it stays, tell your administrator.",
  "rate-limited": "Too many attempts. Wait a moment, then try again.",
  "wrong-setup-code":
    "That is not the setup code. It was printed where Greenroom was started for the first time; copy it from there.",
  "setup-done": "The first administrator exists already. Sign in instead.",
  "registration-closed": "Registration needs an invite link. Ask an administrator of your company for one.",
  "email-taken": "There is an account with this e-mail address already. Sign in instead.",
  "wrong-credentials": "E-mail address or password is wrong.",
  "account-disabled": "This account is disabled. Ask an administrator of your company to enable it.",
  "invite-not-found": "This link is not known here. Check that it was copied whole, or ask for a new one.",
  "invite-expired": "This link has expired. Ask whoever sent it for a new one.",
  "invite-revoked": "This link was taken back. Ask whoever sent it for a new one.",
  "not-allowed": "You may not do that here.",
  "not-found": "That is not here (any more).",
  "session-ended": "The interview has ended already.",
  "last-admin": "This is the only administrator left. Make somebody else administrator first.",
  conflict: "Somebody else has changed it meanwhile.",
  "too-large": "That is too large.",
  unauthenticated: "You are signed out. Sign in and try again.",
};
