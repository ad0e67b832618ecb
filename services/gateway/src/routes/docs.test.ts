import { authRoutes } from "@greenroom/shared/api/auth-routes.ts";
import { frameRoutes } from "@greenroom/shared/api/frame-routes.ts";
import { historyRoutes } from "@greenroom/shared/api/history-routes.ts";
import { keyRoutes } from "@greenroom/shared/api/key-routes.ts";
import { pistonRoutes } from "@greenroom/shared/api/piston-routes.ts";
import { problemRoutes } from "@greenroom/shared/api/problem-routes.ts";
import { runRoutes } from "@greenroom/shared/api/run-routes.ts";
import { sessionRoutes } from "@greenroom/shared/api/session-routes.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openApiPath } from "../openapi.ts";
import { Door } from "../testing/door.ts";

interface Operation {
  operationId: string;
  summary: string;
  security: object[];
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object; securitySchemes: object };
}

let door: Door;
let document: Document;
let operations: { path: string; method: string; operation: Operation }[];

beforeAll(async () => {
  door = await Door.create();
  // The shape is what these tests hold.
  document = (await (await fetch(`${door.url}/api/docs/json`)).json()) as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
});
afterAll(() => door.close());

it("describes every public route, the sockets, and nothing internal", () => {
  const described = operations.map(({ path, method }) => `${method} ${path}`).sort();
  const rooms = [...sessionRoutes, ...historyRoutes, ...frameRoutes, ...problemRoutes];
  const routes = [...authRoutes, ...keyRoutes, ...rooms, ...runRoutes, ...pistonRoutes];
  const routed = routes.map(({ method, path }) => `${method.toLowerCase()} ${openApiPath(path)}`);
  const ofSessions = ["get /api/sessions/{sessionId}/socket", "get /api/sessions/{sessionId}/media"];
  const sockets = [...ofSessions, "get /api/v2/connect"];
  expect(described).toEqual([...routed, ...sockets].sort());
});

it("is a well-formed OpenAPI 3.1 document", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations) {
    expect(operation.operationId).toMatch(/^[a-zA-Z][a-zA-Z0-9]+$/);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
    expect(declared.map(({ name }) => name).sort(), path).toEqual(inPath.sort());
    expect(declared.every(({ required }) => required)).toBe(true);
    expect(Object.keys(operation.responses).every((status) => /^[1-5]\d\d$/.test(status))).toBe(true);
    expect(Object.values(operation.responses).every(({ description }) => description !== "")).toBe(true);
    for (const requirement of operation.security)
      for (const scheme of Object.keys(requirement)) expect(document.components.securitySchemes).toHaveProperty(scheme);
  }
});

it("has a target for every reference", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(references.length).toBeGreaterThan(0);
  for (const reference of new Set(references)) expect(document).toHaveProperty(reference.split("/"));
});

it("names a route's own errors, and who may call it", () => {
  const login = document.paths["/api/auth/login"]?.["post"];
  expect(login?.security).toEqual([]);
  expect(login?.requestBody?.content["application/json"]?.schema).toMatchObject({ required: ["email", "password"] });
  expect(login?.responses["401"]?.description).toContain("wrong-credentials");
  const list = document.paths["/api/sessions"]?.["get"];
  expect(list?.security).toEqual([{ accessToken: [] }]);
  expect(list?.parameters?.find(({ name }) => name === "limit")).toMatchObject({ in: "query", required: false });
});

it("is readable as a page whose parts all come from here", async () => {
  const page = await fetch(`${door.url}/api/docs`);
  expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  const html = await page.text();
  const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? "");
  expect(parts.length).toBeGreaterThan(4);
  for (const part of parts) {
    const url = new URL(part, `${door.url}/api/docs`);
    expect(url.origin).toBe(new URL(door.url).origin);
    const answer = await fetch(url);
    await answer.arrayBuffer();
    expect([part, answer.status]).toEqual([part, 200]);
  }
  // Our policy lets no inline script run.
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
});
