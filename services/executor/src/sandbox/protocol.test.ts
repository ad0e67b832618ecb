import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  encodeInput,
  encodeInputEnd,
  encodeKill,
  encodeResize,
  encodeSignal,
  encodeStep,
  encodeWipe,
  FrameReader,
  protocolVersion,
  type Step,
} from "./protocol.ts";

const step: Step = {
  argv: ["/bin/x", "ä"],
  environment: { A: "1" },
  files: [{ name: "f", content: "héllo" }],
  input: { kind: "given", bytes: "in" },
  user: "same",
  limits: {
    wallMs: 1,
    cpuMs: 2,
    memoryKib: 3,
    outputBytes: 4,
    processes: 5,
    fileBytes: 6,
    openFiles: 7,
    stackKib: 8,
  },
};

const frame = (type: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(5);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt8(type, 4);
  return Buffer.concat([header, payload]);
};

it("speaks the version of the supervisor's header file", () => {
  const header = readFileSync(new URL("../../supervisor/protocol.h", import.meta.url), "utf8");
  expect(/#define PROTOCOL_VERSION (\d+)/.exec(header)?.[1]).toBe(String(protocolVersion));
});

it("lays a step out as the supervisor reads it", () => {
  const bytes = encodeStep(step);
  expect(bytes.readUInt32LE(0)).toBe(bytes.length - 5);
  expect(bytes[4]).toBe(1);
  expect(Array.from({ length: 8 }, (_, index) => bytes.readUInt32LE(5 + 4 * index))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const rest = [
    "00 00 0000 0000",
    "0200 07000000 2f62696e2f7800 03000000 c3a400",
    "0100 04000000 413d3100",
    "0100 02000000 6600 a401 06000000 68c3a96c6c6f",
    "02000000 696e",
  ];
  expect(bytes.subarray(37).toString("hex")).toBe(rest.join("").replaceAll(" ", ""));
  expect(encodeKill().toString("hex")).toBe("0000000002");
  expect(encodeWipe().toString("hex")).toBe("0000000003");
});

it("says whose step it is and where its input comes from", () => {
  const bytes = encodeStep({ ...step, user: "fresh", input: { kind: "terminal", columns: 80, rows: 24 } });
  expect(bytes.subarray(37, 43).toString("hex")).toBe("010250001800");
  expect(encodeInput("ä").toString("hex")).toBe("0200000004c3a4");
  expect(encodeInputEnd().toString("hex")).toBe("0000000005");
  expect(encodeResize(80, 24).toString("hex")).toBe("040000000650001800");
  expect(encodeSignal(2).toString("hex")).toBe("010000000702");
});

it("refuses to send a string with a NUL in it", () => {
  expect(() => encodeStep({ ...step, argv: ["/bin/x", "a\0b"] })).toThrow("NUL");
});

it("puts frames together again, wherever they were cut", () => {
  const end = Buffer.alloc(47);
  end.writeUInt8(2, 0);
  end.writeUInt8(1, 1);
  end.writeInt32LE(-1, 7);
  end.writeInt32LE(9, 11);
  end.writeBigUInt64LE(1500n, 15);
  end.writeBigUInt64LE(2500n, 23);
  end.writeBigUInt64LE(300n, 31);
  end.writeBigUInt64LE(4n, 39);
  const all = Buffer.concat([
    frame(0x81, Buffer.from([1])),
    frame(0x82, Buffer.from("out")),
    frame(0x83, Buffer.from("err")),
    frame(0x84, end),
    frame(0x85, Buffer.from("\u0000why")),
    frame(0x86, Buffer.from("broken")),
  ]);
  for (const size of [1, 3, 7, all.length]) {
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < all.length; at += size) frames.push(...reader.read(all.subarray(at, at + size)));
    expect(frames).toMatchObject([
      { type: "ready", version: 1 },
      { type: "stdout", bytes: Buffer.from("out") },
      { type: "stderr", bytes: Buffer.from("err") },
      {
        type: "ended",
        end: { reason: "cpu", outOfMemory: true, exitCode: null, signal: 9, wallMs: 1.5, cpuMs: 2.5, memoryKib: 300 },
      },
      { type: "wiped", clean: false, reason: "why" },
      { type: "fault", reason: "broken" },
    ]);
  }
});

it("refuses what no supervisor sends", () => {
  expect(() => [...new FrameReader().read(frame(0x01, Buffer.alloc(1)))]).toThrow("type 1");
  const long = Buffer.alloc(5);
  long.writeUInt32LE(2 ** 31, 0);
  expect(() => [...new FrameReader().read(long)]).toThrow("too long");
});
