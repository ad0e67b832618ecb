import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RequestFailed } from "./api/call-route.ts";
import { createAppRouter } from "./routes.tsx";
import { startTheme } from "./ui/theme.ts";
import "./ui/theme.css";
import "./ui/controls.css";
import "./ui/fields.css";
import "./ui/overlays.css";

startTheme();

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Only silence is worth asking again; a refusal stays one.
      retry: (failures, error) => failures < 2 && error instanceof RequestFailed && error.code === "unreachable",
      staleTime: 5000,
      // Whether the server can be reached shows by asking it: a browser without Internet may well be beside it.
      networkMode: "always",
      refetchOnReconnect: true,
    },
    mutations: { networkMode: "always" },
  },
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={createAppRouter()} />
    </QueryClientProvider>
  </StrictMode>,
);
