import { expect, it } from "vitest";
import { callFaultText, deviceFault, deviceFaultText, type CallFault, type DeviceFault } from "./media-faults.ts";

it("tells why a device does not come from what the browser calls it", () => {
  const faultOf = (name: string, message = "") => deviceFault(new DOMException(message, name));
  expect(faultOf("NotAllowedError", "Permission denied")).toBe("denied");
  expect(faultOf("NotAllowedError", "Permission denied by system")).toBe("denied-by-system");
  expect(faultOf("NotFoundError")).toBe("none");
  expect(faultOf("NotReadableError")).toBe("taken");
  expect(deviceFault(new Error("anything"))).toBe("failed");
});

it("has words and a way on for everything that can be wrong with a device", () => {
  const all: DeviceFault[] = [
    "insecure",
    "unsupported",
    "denied",
    "denied-by-system",
    "none",
    "taken",
    "unplugged",
    "failed",
  ];
  for (const fault of all) {
    for (const kind of ["microphone", "camera"] as const) {
      const { what, remedy } = deviceFaultText(fault, [kind]);
      expect(what).toContain(kind);
      expect(remedy).not.toBe("");
    }
  }
});

it("says of a network without a way what was tried, and nothing that was not", () => {
  expect(callFaultText("no-path", { triedRelay: true }).what).toContain("and the relay (TURN) too");
  expect(callFaultText("no-path", { triedRelay: false }).what).toContain("this server has no relay");
});

it("blames no proxy for a server that has answered before", () => {
  expect(callFaultText("no-answer").remedy).toContain("a proxy between you and it");
  expect(callFaultText("no-answer", { wasThere: true }).remedy).not.toContain("proxy");
});

it("says that the room goes on wherever only the call does not", () => {
  const all: CallFault[] = ["no-media", "no-answer", "no-path", "no-capacity", "unsupported"];
  for (const fault of all) expect(callFaultText(fault).remedy).toContain("Everything else in this room goes on.");
});
