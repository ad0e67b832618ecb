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
