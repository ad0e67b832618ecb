import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { getSetup } from "@greenroom/shared/api/auth-routes.ts";
import { callRoute, RequestFailed } from "./api/call-route.ts";
import { knownAccount } from "./auth/user-access.ts";
import { ErrorPage, NotFoundPage, PendingPage } from "./pages/fallback-pages.tsx";
import { paths, safeNext } from "./paths.ts";

const root = createRootRoute({ notFoundComponent: NotFoundPage });

const setup = createRoute({
  getParentRoute: () => root,
  path: paths.setup,
  loader: async () => {
    const { needsSetup } = await callRoute(getSetup, {});
    if (!needsSetup) throw redirect({ to: paths.login });
  },
  component: lazyRouteComponent(() => import("./pages/setup-page.tsx"), "SetupPage"),
});

const login = createRoute({
  getParentRoute: () => root,
  path: paths.login,
  validateSearch: (search): { next?: string } => {
    const next = safeNext(search["next"]);
    return next === paths.dashboard ? {} : { next };
  },
  // On the very first start there is nobody who could sign in.
  loader: async () => {
    const { needsSetup, registration } = await callRoute(getSetup, {});
    if (needsSetup) throw redirect({ to: paths.setup });
    return { registration };
  },
  component: lazyRouteComponent(() => import("./pages/login-page.tsx"), "LoginPage"),
});

const register = createRoute({
  getParentRoute: () => root,
  path: paths.register,
  // Better told before the form is filled in than after.
  loader: async () => {
    const { needsSetup, registration } = await callRoute(getSetup, {});
    if (needsSetup) throw redirect({ to: paths.setup });
    if (registration === "invite") throw new RequestFailed("registration-closed", "Registration needs an invite.", {});
  },
  component: lazyRouteComponent(() => import("./pages/register-page.tsx"), "RegisterPage"),
});

const registerByInvite = createRoute({
  getParentRoute: () => root,
  path: paths.registerByInvite,
  component: lazyRouteComponent(() => import("./pages/register-page.tsx"), "RegisterPage"),
});

const join = createRoute({
  getParentRoute: () => root,
  path: paths.join,
  component: lazyRouteComponent(() => import("./pages/join-page.tsx"), "JoinPage"),
});

const guestRoom = createRoute({
  getParentRoute: () => root,
  path: paths.guestRoom,
  component: lazyRouteComponent(() => import("./pages/guest-room-page.tsx"), "GuestRoomPage"),
});

const guestLeft = createRoute({
  getParentRoute: () => root,
  path: paths.guestLeft,
  component: lazyRouteComponent(() => import("./pages/guest-left-page.tsx"), "GuestLeftPage"),
});

/** Pages for those with a company account. */
const company = createRoute({
  getParentRoute: () => root,
  id: "company",
  beforeLoad: async ({ location }) => {
    const { status } = await knownAccount();
    if (status === "signed-in") return;
    const next = safeNext(location.href);
    throw redirect({ to: paths.login, search: next === paths.dashboard ? {} : { next } });
  },
});

const dashboard = createRoute({
  getParentRoute: () => company,
  path: paths.dashboard,
  component: lazyRouteComponent(() => import("./pages/dashboard-page.tsx"), "DashboardPage"),
});

const problems = createRoute({
  getParentRoute: () => company,
  path: paths.problems,
  component: lazyRouteComponent(() => import("./pages/problems-page.tsx"), "ProblemsPage"),
});

const newProblem = createRoute({
  getParentRoute: () => company,
  path: paths.newProblem,
  component: lazyRouteComponent(() => import("./pages/problem-page.tsx"), "NewProblemPage"),
});

const problem = createRoute({
  getParentRoute: () => company,
  path: paths.problem,
  component: lazyRouteComponent(() => import("./pages/problem-page.tsx"), "ProblemPage"),
});

const people = createRoute({
  getParentRoute: () => company,
  path: paths.people,
  component: lazyRouteComponent(() => import("./pages/people-page.tsx"), "PeoplePage"),
});

const keys = createRoute({
  getParentRoute: () => company,
  path: paths.keys,
  component: lazyRouteComponent(() => import("./pages/keys-page.tsx"), "KeysPage"),
});

const session = createRoute({
  getParentRoute: () => company,
  path: paths.session,
  component: lazyRouteComponent(() => import("./pages/session-page.tsx"), "SessionPage"),
});

const playback = createRoute({
  getParentRoute: () => company,
  path: paths.playback,
  // The instant to begin at, in seconds from the session's beginning.
  validateSearch: (search): { t?: number } => {
    const t = Number(search["t"]);
    return search["t"] !== undefined && t >= 0 ? { t } : {};
  },
  component: lazyRouteComponent(() => import("./pages/playback-page.tsx"), "PlaybackPage"),
});

const routeTree = root.addChildren([
  setup,
  login,
  register,
  registerByInvite,
  join,
  guestRoom,
  guestLeft,
  company.addChildren([dashboard, problems, newProblem, problem, people, keys, session, playback]),
]);

export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: "intent",
    defaultErrorComponent: ErrorPage,
    defaultPendingComponent: PendingPage,
    // A page that comes quickly is not announced; 1 s is the router's own measure.
    defaultPendingMs: 400,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
