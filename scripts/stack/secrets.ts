import { generateKeyPairSync, randomBytes, randomInt } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const password = () => randomBytes(24).toString("base64url");

function signingKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Three groups of five letters and digits that nobody mistakes for each other when reading aloud: some 73 bits. */
function setupCode(): string {
  const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join("");
  return `${group()}-${group()}-${group()}`;
}

const makers = {
  "postgres-password": password,
  "auth-database-password": password,
  "session-database-password": password,
  "judge-database-password": password,
  "redis-password": password,
  "service-secret": password,
  "turn-secret": password,
  "signing-key": signingKey,
  "setup-code": setupCode,
} as const;

export type SecretName = keyof typeof makers;

/** The stack's secrets: one file each, readable by their owner alone, made on the first start and kept. */
export class Secrets {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static create(folder: string): Secrets {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const secrets = new Secrets(folder);
    // Object.entries forgets that the keys are the names.
    for (const [name, make] of Object.entries(makers) as [SecretName, () => string][]) {
      if (!existsSync(secrets.path(name))) secrets.write(name, make());
    }
    return secrets;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  value(name: SecretName): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Keeps something that holds a secret, a connection URL say, and returns the file's path for a `…_FILE` setting. */
  write(name: string, value: string): string {
    const path = this.path(name);
    writeFileSync(`${path}.new`, value, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    return path;
  }
}
