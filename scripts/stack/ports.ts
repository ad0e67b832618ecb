import { createSocket } from "node:dgram";

import { freePort, isPortFree } from "@greenroom/shared/testing/free-port.ts";

/** The gateway's port: the wanted one, or any free one for 0. Fails with a remedy when it is taken. */
export async function choosePort(wanted: number, host: string): Promise<number> {
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    throw new Error("PORT is not a port: it is a number from 1 to 65535, such as PORT=8081 npm start");
  if (wanted === 0) return freePort();
  if (await isPortFree(wanted, host)) return wanted;
  throw new Error(
    `Port ${wanted} is taken by another program. Stop that program, or give Greenroom another port: PORT=${wanted + 1} npm start`,
  );
}

/** MEDIA_PORT's default, as the media service has it. */
export const usualMediaPort = 44_444;

function isUdpPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createSocket("udp4");
    probe.once("error", () => resolve(false));
    probe.bind({ port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Of the ports from `first` on, one for each Worker, the first that is taken, be it for UDP or TCP. */
export async function findTakenMediaPort(first: number, workers: number): Promise<number | undefined> {
  for (let port = first; port < first + workers; port++)
    if (!(await isUdpPortFree(port)) || !(await isPortFree(port, "0.0.0.0"))) return port;
  return undefined;
}

/**
 * The first port for calls: the chosen one, or any free ones for 0, so that stacks can run side by side. Fails with a
 * remedy when a chosen one is taken.
 */
export async function chooseMediaPort(wanted: number, workers: number): Promise<number> {
  if (wanted === 0) return freeMediaPort(workers);
  const taken = await findTakenMediaPort(wanted, workers);
  if (taken === undefined) return wanted;
  throw new Error(
    `Port ${taken} is taken by another program, and calls need it. Stop that program, or give calls another: MEDIA_PORT=${taken + 1} npm start`,
  );
}

async function freeMediaPort(workers: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = await freePort();
    if ((await findTakenMediaPort(port, workers)) === undefined) return port;
  }
  throw new Error("No free ports were found for calls.");
}
