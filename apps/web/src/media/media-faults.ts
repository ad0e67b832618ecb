import type { MediaSource } from "@greenroom/shared/protocol/media.ts";

/** What can be wrong with a microphone or a camera. */
export type DeviceFault =
  | "insecure"
  | "unsupported"
  | "denied"
  | "denied-by-system"
  | "none"
  | "taken"
  | "unplugged"
  | "failed";

/** What can end a call, or keep somebody out of it. */
export type CallFault =
  | "no-media"
  | "no-answer"
  | "no-path"
  | "no-capacity"
  | "not-in-room"
  | "replaced"
  | "removed"
  | "ended"
  | "unsupported"
  | "failed";

/** What is wrong, and what somebody can do about it. */
export interface FaultText {
  readonly what: string;
  readonly remedy: string;
}

/** Where the page came from without HTTPS, the browser does not even ask: `mediaDevices` is not there. */
export function lacksDevices(): DeviceFault | undefined {
  // The DOM types say that it is always there; on an insecure origin it is not.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices) return undefined;
  return isSecureContext ? "unsupported" : "insecure";
}

/** https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia */
export function deviceFault(error: unknown): DeviceFault {
  if (!(error instanceof DOMException)) return "failed";
  switch (error.name) {
    case "NotAllowedError":
      // Chromium's words for a permission that the operating system withholds.
      return /system/i.test(error.message) ? "denied-by-system" : "denied";
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "taken";
    default:
      return "failed";
  }
}

type DeviceKind = "microphone" | "camera";

/** @param kinds one, or both where one thing is wrong with both */
export function deviceFaultText(fault: DeviceFault, kinds: readonly DeviceKind[]): FaultText {
  const kind = kinds.join(" and ");
  switch (fault) {
    case "insecure":
      return {
        what: `The browser gives no ${kind} to a page that came over plain HTTP.`,
        remedy: `Open this page by its https:// address. If it has none, whoever runs this server can put a TLS proxy in front of it and set PUBLIC_URL to the https address. Without it you still see and hear the others.`,
      };
    case "unsupported":
      return {
        what: `This browser has no way to use a ${kind}.`,
        remedy: "A current Chrome, Edge, Firefox or Safari has.",
      };
    case "denied":
      return {
        what: `The browser does not let this page use the ${kind}.`,
        remedy: `Allow it by the sign beside the address, then try again. Without it you still see and hear the others.`,
      };
    case "denied-by-system":
      return {
        what: `The operating system does not let the browser use the ${kind}.`,
        remedy: `Allow the browser in the system's privacy settings, then try again.`,
      };
    case "none":
      return {
        what: `No ${kind} was found.`,
        remedy: `Connect one and it is found by itself, or go on without.`,
      };
    case "taken":
      return {
        what: `The ${kind} is in use by another program, or does not answer.`,
        remedy: `Close the program that uses it (another call, perhaps), or choose another ${kind}, then try again.`,
      };
    case "unplugged":
      return {
        what: `The ${kind} was unplugged.`,
        remedy: `Plug it in again and it is taken up by itself, or choose another.`,
      };
    case "failed":
      return { what: `The ${kind} did not start.`, remedy: "Try again, or choose another." };
  }
}

const editorGoesOn = "Everything else in this room goes on.";

interface CallFaultOptions {
  readonly triedRelay?: boolean;
  /** The call was there before. */
  readonly wasThere?: boolean;
}

export function callFaultText(fault: CallFault, options: CallFaultOptions = {}): FaultText {
  switch (fault) {
    case "no-media":
      return {
        what: "This server has no sound and video.",
        remedy: `Whoever runs it has left the media service out; use another call beside this room. ${editorGoesOn}`,
      };
    case "no-answer":
      return {
        what: "The server for sound and video does not answer.",
        // A proxy that had let the call through holds nothing back.
        remedy: `It is tried again by itself. ${options.wasThere ? "" : "It may be restarting, or a proxy between you and it may hold WebSockets back. "}${editorGoesOn}`,
      };
    case "no-path":
      return {
        what: `This network lets no sound and video through: UDP and TCP to the media server were tried${options.triedRelay ? ", and the relay (TURN) too" : ", and this server has no relay (TURN)"}.`,
        remedy: `Try another network, such as a phone's, or without VPN. Whoever runs this server can check MEDIA_ANNOUNCED_ADDRESSES and the media port${options.triedRelay ? "" : ", or add a relay"}. ${editorGoesOn}`,
      };
    case "no-capacity":
      return {
        what: "The server has no room for another call now.",
        remedy: `Try again in a while. ${editorGoesOn}`,
      };
    case "not-in-room":
      return {
        what: "The room has not let you in yet, or has lost you.",
        remedy: "As soon as the line below says that it is connected, try again.",
      };
    case "replaced":
      return {
        what: "You are in this call in another tab or window.",
        remedy: "One tab at a time has the call. Take it back here if you want it here.",
      };
    case "removed":
      return { what: "You were removed from this session.", remedy: "" };
    case "ended":
      return { what: "The interview has ended, and with it the call.", remedy: "" };
    case "unsupported":
      return {
        what: "This browser cannot take part in calls.",
        remedy: `A current Chrome, Edge, Firefox or Safari can. ${editorGoesOn}`,
      };
    case "failed":
      return { what: "The call could not be joined: the server had a problem of its own.", remedy: "Try again." };
  }
}

/** An interviewer did it: one turns it on again oneself. [V8] */
export function turnedOffText(by: string, source: MediaSource): string {
  switch (source) {
    case "microphone":
      return `${by} muted you. Turn your microphone on again when you want to speak.`;
    case "camera":
      return `${by} turned your camera off.`;
    case "screen":
    case "screen-audio":
      return `${by} ended the sharing of your screen.`;
  }
}
