import { constants } from "node:os";
import type { RunInput } from "@greenroom/shared/jobs/run-job.ts";
import { unreachable } from "@greenroom/shared/unreachable.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { ProgramOrder } from "./orders.ts";

/** Carries one order out on the program that runs in the sandbox; what its kind of input has no use for does nothing. */
export function carryOut(order: ProgramOrder, kind: RunInput["kind"], sandbox: Sandbox): void {
  switch (order.type) {
    case "input":
      if (kind !== "given") sandbox.write(Buffer.from(order.text));
      return;
    case "input-end":
      if (kind !== "given") sandbox.endInput();
      return;
    case "resize":
      if (kind === "terminal") sandbox.resize(order.columns, order.rows);
      return;
    case "signal":
      sandbox.signal(constants.signals[order.signal]);
      return;
    default:
      unreachable(order);
  }
}
