import { hash, verify } from "@node-rs/argon2";

/**
 * The least that OWASP's Password Storage Cheat Sheet names for argon2id: 19 MiB, two passes, one lane. One hash takes
 * some 20 to 40 ms of one core, and at most four run at once (libuv's threads), so log-ins never hold more than 76 MiB.
 */
export const owaspCost: PasswordCost = { memoryKiB: 19 * 1024, passes: 2 };

export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long for an account that does not exist (no hash) as for a wrong password. */
  verify(password: string, passwordHash: string | undefined): Promise<boolean>;
}

/** Passwords by argon2id, the library's default algorithm. */
export async function createPasswords(cost: PasswordCost = owaspCost): Promise<Passwords> {
  const options = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 };
  const nobodysHash = await hash("nobody", options);
  return {
    hash: (password) => hash(canonical(password), options),
    verify: async (password, passwordHash) => {
      const right = await verify(passwordHash ?? nobodysHash, canonical(password));
      return right && passwordHash !== undefined;
    },
  };
}

/** The same password from every keyboard, however it composes its letters (NIST SP 800-63B 3.1.1.2). */
function canonical(password: string): string {
  return password.normalize("NFKC");
}
