import swagger, { type StaticDocumentSpec } from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { Server } from "@greenroom/shared/node/server.ts";
import { openApiDocument } from "../openapi.ts";

/** The interface, readable at /api/docs and as OpenAPI at /api/docs/json. Everything it shows comes from here. */
export async function addDocsRoutes(server: Server, publicUrl: string): Promise<void> {
  await server.register(swagger, {
    mode: "static",
    // Ours is built as plain data; its test holds it to the shape.
    specification: { document: openApiDocument(publicUrl) as unknown as StaticDocumentSpec["document"] },
  });
  await server.register(swaggerUi, {
    routePrefix: "/api/docs",
    theme: { title: "Greenroom API" },
    // The base layout has no bar that offers to show other documents, which our policy would not load.
    uiConfig: { layout: "BaseLayout", docExpansion: "list", deepLinking: true, tryItOutEnabled: false },
  });
}
