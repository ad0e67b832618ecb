import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 32 random bytes as base64url: too many to guess, so a plain hash of it is enough to store. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored of a secret. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/** Compares in a time that tells nothing about either. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(one)), Buffer.from(hashSecret(other)));
}
