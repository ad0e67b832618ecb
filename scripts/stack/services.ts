export const serviceNames = ["auth", "session", "judge", "executor", "media", "gateway"] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What the services' environments are made of. */
export interface ServiceContext {
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** Tells stacks on one machine apart. */
  readonly id: string;
  /** Where the gateway listens; the others listen on the loopback alone. */
  readonly host: string;
  /** The first port of calls, for UDP and TCP; see MEDIA_PORT in .env.example. */
  readonly mediaPort: number;
  /** Absent where there are no calls. */
  readonly mediaWorker: string | undefined;
  readonly publicUrl: string;
  readonly webRoot: string;
  /** Paths of files that hold a secret each. */
  readonly files: {
    readonly authDatabaseUrl: string;
    readonly sessionDatabaseUrl: string;
    readonly judgeDatabaseUrl: string;
    readonly redisUrl: string;
    readonly signingKey: string;
    readonly serviceSecret: string;
    readonly setupCode: string;
  };
}

export const urlOf = (ports: ServiceContext["ports"], name: ServiceName) => `http://127.0.0.1:${ports[name]}`;

/** Each service's settings and no others: what a service is not given it cannot leak. */
export function serviceSettings(name: ServiceName, context: ServiceContext): Record<string, string> {
  const { ports, files, publicUrl } = context;
  const common = { PORT: String(ports[name]), REDIS_URL_FILE: files.redisUrl };
  switch (name) {
    case "auth":
      return {
        ...common,
        DATABASE_URL_FILE: files.authDatabaseUrl,
        PUBLIC_URL: publicUrl,
        SIGNING_KEY_FILE: files.signingKey,
        SERVICE_SECRET_FILE: files.serviceSecret,
        SETUP_CODE_FILE: files.setupCode,
      };
    case "session":
      return {
        ...common,
        DATABASE_URL_FILE: files.sessionDatabaseUrl,
        AUTH_URL: urlOf(ports, "auth"),
        SERVICE_SECRET_FILE: files.serviceSecret,
        ADVERTISED_URL: urlOf(ports, "session"),
      };
    case "judge":
      return {
        ...common,
        DATABASE_URL_FILE: files.judgeDatabaseUrl,
        AUTH_URL: urlOf(ports, "auth"),
        SERVICE_SECRET_FILE: files.serviceSecret,
      };
    case "executor":
      // Stacks may share an engine, and each sweeps away its own sandboxes alone.
      return { ...common, SANDBOX_LABEL: `greenroom-${context.id}` };
    case "media":
      return { ...common, ...mediaSettings(context) };
    case "gateway":
      return {
        ...common,
        HOST: context.host,
        PUBLIC_URL: publicUrl,
        AUTH_URL: urlOf(ports, "auth"),
        SESSION_URL: urlOf(ports, "session"),
        JUDGE_URL: urlOf(ports, "judge"),
        ...(context.mediaWorker === undefined ? {} : { MEDIA_URL: urlOf(ports, "media") }),
        WEB_ROOT: context.webRoot,
      };
  }
}

function mediaSettings({ ports, files, mediaPort, mediaWorker }: ServiceContext): Record<string, string> {
  return {
    AUTH_URL: urlOf(ports, "auth"),
    SESSION_URL: urlOf(ports, "session"),
    SERVICE_SECRET_FILE: files.serviceSecret,
    ADVERTISED_URL: urlOf(ports, "media"),
    MEDIA_PORT: String(mediaPort),
    ...(mediaWorker === undefined ? {} : { MEDIASOUP_WORKER_BIN: mediaWorker }),
  };
}

// What the stack decides itself. REDIS_URL and its like say where the stores are; the services learn it from files.
const ours = new Set(["HOST", "PORT", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "MEDIA_PORT"]);

/** Settings that whoever starts the stack chose for its services. */
export function chosenSettings(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const chosen = Object.entries(env).filter(([name, value]) => value && !ours.has(name));
  // The filter has left no undefined.
  return Object.fromEntries(chosen) as Record<string, string>;
}
