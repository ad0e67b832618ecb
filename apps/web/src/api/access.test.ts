import { describe, expect, it } from "vitest";
import { receivedAccess } from "./access.ts";

function token(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;
}

describe("an access token", () => {
  it("is renewed a minute before its life ends, however wrong this machine's clock is", () => {
    const { renewAt } = receivedAccess(token({ iat: 1000, exp: 1600 }), 1600 * 1000);
    expect(Math.abs(renewAt - (Date.now() + 540_000))).toBeLessThan(1000);
  });

  it("with a short life is renewed in its last third", () => {
    const { renewAt } = receivedAccess(token({ iat: 1000, exp: 1015 }), 0);
    expect(Math.abs(renewAt - (Date.now() + 10_000))).toBeLessThan(1000);
  });

  it("that cannot be read lives as long as the server said", () => {
    const { renewAt } = receivedAccess("opaque", Date.now() + 600_000);
    expect(Math.abs(renewAt - (Date.now() + 540_000))).toBeLessThan(1000);
  });
});
