import { describe, expect, it } from "vitest";
import { SocketChoice, tabStorage } from "./socket-choice.ts";

const minute = 60_000;

describe("which socket is opened next", () => {
  it("[T12] is a WebSocket, and still is after one that failed at once: a server may have been starting again", () => {
    const choice = new SocketChoice(tabStorage());
    expect(choice.next()).toBe("websocket");
    choice.webSocketFailed({ isHeld: false });
    expect(choice.next()).toBe("websocket");
    choice.worked("websocket");
    choice.webSocketFailed({ isHeld: false });
    expect(choice.next()).toBe("websocket");
  });

  it("[T12] is one over HTTP after two that failed in a row, or one that was held, for the whole tab", () => {
    for (const failures of [[false, false], [true]]) {
      const storage = tabStorage();
      const choice = new SocketChoice(storage);
      for (const isHeld of failures) choice.webSocketFailed({ isHeld });
      choice.worked("http");
      expect([choice.next(), new SocketChoice(storage).next()]).toEqual(["http", "http"]);
    }
  });

  it("[T12] is a WebSocket again some minutes later, and its first failure is then enough", () => {
    let now = 1_000_000_000_000;
    const choice = new SocketChoice(tabStorage(), () => now);
    choice.webSocketFailed({ isHeld: true });
    now += 4 * minute;
    expect(choice.next()).toBe("http");
    now += 2 * minute;
    expect(choice.next()).toBe("websocket");
    choice.webSocketFailed({ isHeld: false });
    expect(choice.next()).toBe("http");
    // Whatever somebody does to their clock.
    now -= 60 * minute;
    expect(choice.next()).toBe("websocket");
  });

  it("[T12] is a WebSocket where HTTP did not work either", () => {
    const choice = new SocketChoice(tabStorage());
    choice.webSocketFailed({ isHeld: true });
    choice.httpFailed();
    expect(choice.next()).toBe("websocket");
  });
});
