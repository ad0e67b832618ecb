import { ApiError } from "@greenroom/shared/api/error.ts";

/** A name as it is shown: one line, no space around it, nothing that turns the text around it. Throws ApiError "bad-request" when nothing is left. */
export function cleanName(name: string): string {
  const clean = name
    .normalize("NFC")
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/gu, "")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim();
  if (clean === "") throw new ApiError("bad-request", "Give a name.");
  return clean;
}

/** An e-mail address as it is stored and looked up. Throws ApiError "bad-request" for one that cannot be one. */
export function cleanEmail(email: string): string {
  const clean = email.normalize("NFC").trim().toLowerCase();
  if (/\p{Cc}/u.test(clean)) throw new ApiError("bad-request", "This is not an e-mail address.");
  return clean;
}
