import type { RecipeLine, RecipeService } from "@loom/core/domain/Recipe"
import { parse } from "yaml"
import type { Snapshot } from "./Snapshot.ts"
import { ciJobs, fields, list } from "./sources/workflows.ts"

/** A service as a repository describes it for containers. */
interface Described {
  readonly name: string
  readonly image: string
  readonly port: number | null
  readonly env: Readonly<Record<string, string>>
  readonly after: ReadonlyArray<string>
  readonly origin: string
}

/** A server that the sandbox may have. `start` ends when it answers; whatever it starts dies with the exec of the tests. */
interface Kind {
  readonly kind: string
  readonly image: RegExp
  readonly port: number
  /** The tool of `Snapshot.tools`; null where Loom can't start it. */
  readonly tool: string | null
  readonly start: (tool: string, port: number, env: Described["env"]) => string
}

const word = (text: string | undefined, fallback: string): string => (text !== undefined && /^[\w-]{1,60}$/.test(text) ? text : fallback)
const never = () => ""

const KINDS: ReadonlyArray<Kind> = [
  {
    kind: "postgres",
    image: /postgres|postgis|timescale|pgvector/,
    port: 5432,
    tool: "postgres",
    start: (bin, port, env) => {
      const user = word(env["POSTGRES_USER"], "postgres")
      const database = word(env["POSTGRES_DB"], user)
      const create = database === "postgres" ? "" : ` && createdb -h 127.0.0.1 -p ${port} -U ${user} ${database}`
      return `export PATH="${bin}:$PATH" D="$HOME/.loom-services/postgres-${port}"; rm -rf "$D" && mkdir -p "$D" && initdb -D "$D/data" -U ${user} --auth=trust >/dev/null && pg_ctl -D "$D/data" -l "$D/log" -w -t 30 -o "-p ${port} -h 127.0.0.1 -k $D -c fsync=off" start >/dev/null${create}`
    },
  },
  {
    kind: "redis",
    image: /redis|valkey|keydb/,
    port: 6379,
    tool: "redis-server",
    start: (_, port) =>
      `redis-server --port ${port} --bind 127.0.0.1 --daemonize yes --save '' --dir /tmp >/dev/null && timeout 15 sh -c 'until redis-cli -p ${port} ping >/dev/null 2>&1; do sleep 0.1; done'`,
  },
  {
    kind: "memcached",
    image: /memcached/,
    port: 11_211,
    tool: "memcached",
    start: (_, port) =>
      `memcached -d -l 127.0.0.1 -p ${port} && timeout 15 bash -c 'until (exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null; do sleep 0.1; done'`,
  },
  { kind: "mysql", image: /mysql|mariadb|percona/, port: 3306, tool: null, start: never },
  { kind: "mongodb", image: /mongo/, port: 27_017, tool: null, start: never },
  { kind: "rabbitmq", image: /rabbitmq/, port: 5672, tool: null, start: never },
  { kind: "elasticsearch", image: /elasticsearch|opensearch/, port: 9200, tool: null, start: never },
  { kind: "kafka", image: /kafka|redpanda/, port: 9092, tool: null, start: never },
  { kind: "minio", image: /minio/, port: 9000, tool: null, start: never },
]

/** `"5433:5432"`, `5432`, `{ published, target }`: the port on the host, which is where tests outside a container look. */
const portOf = (ports: unknown): number | null => {
  const first = list(ports)[0]
  const text = typeof first === "object" && first !== null ? String(fields(first)["published"] ?? "") : String(first ?? "")
  const found = Number(/(?:^|:)(\d{1,5})(?::\d{1,5})?(?:\/\w+)?$/.exec(text)?.[1] ?? Number.NaN)
  return found > 0 && found < 65_536 ? found : null
}

/** A mapping, or a list of `NAME=value`; what is an expression is left out. */
const envOf = (value: unknown): Described["env"] =>
  Object.fromEntries(
    (Array.isArray(value)
      ? value.map((item) => String(item).split("=", 2))
      : Object.entries(fields(value)).map(([name, text]) => [name, String(text)])
    ).flatMap(([name = "", text = ""]) => (text.includes("${") ? [] : [[name, text] as const])),
  )

const describe = (origin: string, value: unknown): ReadonlyArray<Described> =>
  Object.entries(fields(value)).map(([name, raw]) => {
    const service = fields(raw)
    const after = service["depends_on"]
    return {
      name: name.slice(0, 60),
      image: typeof service["image"] === "string" ? service["image"] : service["build"] === undefined ? "" : "build",
      port: portOf(service["ports"]),
      env: envOf(service["environment"] ?? service["env"]),
      after: Array.isArray(after) ? after.map(String) : Object.keys(fields(after)),
      origin: `${origin} services.${name}`,
    }
  })

/** Those that others depend on come first; a circle stays in the order it was written. */
const ordered = (services: ReadonlyArray<Described>): ReadonlyArray<Described> => {
  const done = new Set<Described>()
  const visit = (service: Described, path: ReadonlyArray<string>): void => {
    if (done.has(service) || path.includes(service.name)) return
    for (const name of service.after) for (const other of services) if (other.name === name) visit(other, [...path, service.name])
    done.add(service)
  }
  for (const service of services) visit(service, [])
  return [...done]
}

const composeFiles = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"]

const described = (snapshot: Snapshot): ReadonlyArray<Described> => {
  const compose = composeFiles.flatMap((path) => {
    try {
      return describe(path, fields(parse(snapshot.files.get(path) ?? "", { logLevel: "silent" }))["services"])
    } catch {
      return []
    }
  })
  // What CI starts for its tests is nearer to them than what a person starts for development.
  return [...ciJobs(snapshot).flatMap(({ job, origin }) => describe(origin, job["services"])), ...ordered(compose)]
}

export interface Services {
  readonly services: ReadonlyArray<RecipeService>
  /** Run before the tests, in their exec: the lines that start what the sandbox has, in order. */
  readonly start: ReadonlyArray<RecipeLine>
  /** Where the tests find them. */
  readonly env: Readonly<Record<string, string>>
}

/** Names under which tests look for their servers. */
const ADDRESS = /(^|_)(URL|URI|DSN|HOST|HOSTNAME|PORT|USER|USERNAME|PASSWORD|PASS|DB|DATABASE|DBNAME)$|^PG[A-Z]+$/
/** Names that package managers read. */
const MANAGERS = /^(PIP|NPM|YARN|PNPM|UV|CARGO|BUNDLE|COMPOSER|GIT|HTTPS?)_/

/** What CI's job with services tells its tests about them, as it is written there; expressions (and so all secrets) are left out. */
const addresses = (snapshot: Snapshot): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ciJobs(snapshot)
      .filter(({ job }) => Object.keys(fields(job["services"])).length > 0)
      .flatMap(({ job }) => [job, ...list(job["steps"])])
      .flatMap((part) => Object.entries(fields(fields(part)["env"])))
      .flatMap(([name, value]) => {
        const text = typeof value === "string" || typeof value === "number" ? String(value) : "${{"
        return ADDRESS.test(name) && !MANAGERS.test(name) && /^[A-Z][A-Z0-9_]*$/.test(name) && !text.includes("${{") && text.length <= 500
          ? [[name, text] as const]
          : []
      }),
  )

/** One of each kind and port: started where the sandbox has it, else named as missing. */
export const findServices = (snapshot: Snapshot): Services => {
  const services: Array<RecipeService> = []
  const start: Array<RecipeLine> = []
  const seen = new Set<string>()
  for (const { env, image, name, origin, port: wanted } of described(snapshot)) {
    if (image === "") continue
    const known = image === "build" ? undefined : KINDS.find((kind) => kind.image.test(image))
    const kind = image === "build" ? "app" : (known?.kind ?? (image.split("/").at(-1) ?? image).split(":")[0] ?? image)
    const port = wanted ?? known?.port ?? null
    if (seen.has(`${kind}:${port}`)) continue
    seen.add(`${kind}:${port}`)
    const tool = known?.tool == null ? undefined : snapshot.tools.get(known.tool)
    if (known !== undefined && tool !== undefined && port !== null) {
      services.push({ name, kind, port, origin, state: "provided", reason: "started before the tests, in their own sandbox exec" })
      start.push({ command: known.start(tool, port, env), origin: `${origin} (${kind})` })
      continue
    }
    const reason =
      kind === "app"
        ? "the repository's own application, built as an image: tests that need it running cannot have it"
        : known?.tool == null
          ? "Loom cannot start this kind of service"
          : `${known.tool} is not in the sandbox; the operator can install it there`
    services.push({ name, kind, port, origin, state: "missing", reason })
  }
  return { services, start, env: start.length === 0 ? {} : addresses(snapshot) }
}
