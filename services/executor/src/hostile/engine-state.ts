import { request } from "node:http";
import { engineSocketPath } from "@greenroom/shared/testing/docker.ts";

/** What an engine keeps that a hostile program might have made more of. */
export interface EngineState {
  /** Full ids of all containers, whoever's they are. */
  readonly containers: ReadonlySet<string>;
  /** Names of volumes, and of those that other containers than ours use. */
  readonly volumes: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
}

interface Container {
  readonly Id: string;
  readonly Mounts?: readonly { readonly Type: string; readonly Name?: string }[];
}

function ask<T>(path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: engineSocketPath(), path, timeout: 5_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      // What the engine's API says of this path.
      response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as T));
    });
    asking.on("timeout", () => asking.destroy(new Error("The engine does not answer.")));
    asking.on("error", reject);
    asking.end();
  });
}

/** Volumes that a container uses are somebody's: sandboxes have none, which `mounts` shows. */
export async function readEngineState(): Promise<EngineState> {
  const [containers, volumes, networks] = await Promise.all([
    ask<Container[]>("/containers/json?all=1"),
    ask<{ Volumes: { Name: string }[] | null }>("/volumes"),
    ask<{ Name: string; Labels: Record<string, string> | null }[]>("/networks"),
  ]);
  const used = new Set(containers.flatMap(({ Mounts = [] }) => Mounts.flatMap(({ Name }) => Name ?? [])));
  return {
    containers: new Set(containers.map(({ Id }) => Id)),
    volumes: new Set((volumes.Volumes ?? []).map(({ Name }) => Name).filter((name) => !used.has(name))),
    // Other programs' networks carry labels of theirs.
    networks: new Set(networks.filter(({ Labels }) => !Object.keys(Labels ?? {}).length).map(({ Name }) => Name)),
  };
}
