/** What the runtime's configuration needs to know. */
export interface WorkerdFacts {
  readonly host: string;
  readonly port: number;
  readonly compatibilityDate: string;
  /** Names of text bindings; their values come from the process environment, so that no secret is written to disk. */
  readonly variables: readonly string[];
  readonly assetsDir: string | undefined;
  /** Directory of the Durable Objects: SQLite needs a disk. */
  readonly storageDir: string;
  /** Tests only: requests may bring `request.cf` in this header. */
  readonly cfBlobHeader: string | undefined;
}

const text = (value: string): string => JSON.stringify(value);

/** Cap'n Proto text for `workerd serve`: the bundle with its Durable Object, and the static assets beside it. */
export function workerdConfig(facts: WorkerdFacts): string {
  const { host, port, compatibilityDate, variables, assetsDir, storageDir, cfBlobHeader } = facts;
  const bindings = [
    ...variables.map(name => `(name = ${text(name)}, fromEnvironment = ${text(name)})`),
    '(name = "HEALTH", durableObjectNamespace = (className = "RegionHealth"))',
    ...(assetsDir === undefined ? [] : ['(name = "ASSETS", service = "assets")']),
  ];
  const services = [
    '(name = "edge", worker = .edge)',
    '(name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))',
    ...(assetsDir === undefined
      ? []
      : ['(name = "assets", worker = .assets)', `(name = "files", disk = (path = ${text(assetsDir)}, writable = false))`]),
    `(name = "objects", disk = (path = ${text(storageDir)}, writable = true))`,
  ];
  const http = cfBlobHeader === undefined ? '()' : `(cfBlobHeader = ${text(cfBlobHeader)})`;
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [${services.join(', ')}],
  sockets = [(name = "http", address = ${text(`${host}:${port}`)}, http = ${http}, service = "edge")],
);

const edge :Workerd.Worker = (
  modules = [(name = "index.js", esModule = embed "index.js")],
  compatibilityDate = ${text(compatibilityDate)},
  durableObjectNamespaces = [(className = "RegionHealth", uniqueKey = "handover-region-health", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
  bindings = [${bindings.join(', ')}],
);
${
  assetsDir === undefined
    ? ''
    : `
const assets :Workerd.Worker = (
  modules = [(name = "assets-worker.js", esModule = embed "assets-worker.js")],
  compatibilityDate = ${text(compatibilityDate)},
  bindings = [(name = "DISK", service = "files")],
);
`
}`;
}
