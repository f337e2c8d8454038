import { Schema } from "effect"

/**
 * Protocol v1 of `sandboxd`, shared by the daemon (`apps/sandbox`) and its client (`packages/integrations/sandbox`).
 * HTTP with JSON bodies; an exec answers NDJSON, one `ExecEvent` per line. Errors are `application/problem+json` (`SandboxProblem`).
 * Every answer carries the header `x-loom-instance`: another value means another box.
 */
export const SANDBOX_PROTOCOL_VERSION = 1
export const INSTANCE_HEADER = "x-loom-instance"
/** Where the repository lives inside every session; relative paths of the protocol start here. */
export const WORKSPACE_DIR = "/workspace"
/** Sent on every open event stream. Three missing ones mean that the connection is dead, not the exec. */
export const HEARTBEAT_INTERVAL_MS = 10_000
export const DEFAULT_MAX_OUTPUT_BYTES = 1_048_576

/** A record whose keys all match; others are an error, where `Schema.Record` would drop them. */
const named = (pattern: RegExp) =>
  Schema.Record(Schema.String, Schema.String).check(Schema.isPropertyNames(Schema.String.check(Schema.isPattern(pattern))))
const bounded = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Chosen by the client; also a directory name. */
export const SandboxSessionId = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/))
/** Chosen by the client: idempotency key of an exec within its session. Percent-encode it in paths. */
export const ExecId = Schema.String.check(Schema.isPattern(/^[\w.:/@#-]{1,200}$/))

/** What a session may use. Each exec is bound by it, and all execs of the session together. Absent: the daemon's default. */
export const SandboxLimits = Schema.Struct({
  memoryBytes: Schema.optionalKey(bounded(16_777_216, 1_099_511_627_776)),
  /** Processes and threads. */
  pids: Schema.optionalKey(bounded(16, 1_000_000)),
  /** Cores, fractions allowed. */
  cpus: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0.05, maximum: 1024 }))),
  /** Workspace and home together. */
  diskBytes: Schema.optionalKey(bounded(33_554_432, 1_099_511_627_776)),
  /** The session's `/tmp`, which is memory. */
  tmpBytes: Schema.optionalKey(bounded(1_048_576, 1_099_511_627_776)),
  /** Largest single file. */
  fileBytes: Schema.optionalKey(bounded(1_048_576, 1_099_511_627_776)),
  openFiles: Schema.optionalKey(bounded(64, 1_048_576)),
})
export type SandboxLimits = typeof SandboxLimits.Type

const HostName = Schema.String.check(Schema.isPattern(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/))

/** A virtual plain-HTTP host inside the sandbox. Its requests leave through `upstream` with `headers` added outside. */
export const SandboxGateway = Schema.Struct({
  host: HostName,
  /** `http(s)://host[:port][/base]`; the path and query asked for inside are appended. */
  upstream: Schema.String.check(Schema.isPattern(/^https?:\/\/[^\s?#]+$/)),
  /** Added outside the walls, never visible inside: the run's capability. */
  headers: named(/^[A-Za-z0-9-]{1,64}$/),
})
export type SandboxGateway = typeof SandboxGateway.Type

/** `host` allows port 443 by CONNECT; `host:port` allows that port, by CONNECT and by plain HTTP. */
export const RegistryHost = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/))

/** A host that may be reached. `by`: whose word it is; a repository's host must lie at a public address (`egress-policy.ts`). */
export const EgressRule = Schema.Struct({ host: RegistryHost, by: Schema.Literals(["operator", "repository"]) })
export type EgressRule = typeof EgressRule.Type

export const SandboxEgress = Schema.Struct({
  gateways: Schema.Array(SandboxGateway).check(Schema.isMaxLength(16)),
  /** The operator's: what every install may reach. */
  registries: Schema.Array(RegistryHost).check(Schema.isMaxLength(500)),
  /** What this repository's install may reach besides. */
  setup: Schema.optionalKey(Schema.Array(EgressRule).check(Schema.isMaxLength(100))),
  /** What its tests may reach (`network: "tests"`). Nothing of the above is among it. Default nothing. */
  tests: Schema.optionalKey(Schema.Array(EgressRule).check(Schema.isMaxLength(100))),
})
export type SandboxEgress = typeof SandboxEgress.Type

/** `POST /v1/sessions`. The same id answers the living session; its `egress` and `reapAfterMs` are renewed, its limits stay. */
export const OpenSession = Schema.Struct({
  id: SandboxSessionId,
  limits: Schema.optionalKey(SandboxLimits),
  egress: SandboxEgress,
  /** The session is closed when no request, and no open stream, touched it for so long. */
  reapAfterMs: bounded(1000, 604_800_000),
})
export type OpenSession = typeof OpenSession.Type

/** Answer of `POST /v1/sessions` (201 created, 200 already there). */
export const SessionOpened = Schema.Struct({ id: SandboxSessionId, instanceId: Schema.String, created: Schema.Boolean })
export type SessionOpened = typeof SessionOpened.Type

/** Answer of `GET /v1/sessions/:id`. */
export const SessionStatus = Schema.Struct({
  id: SandboxSessionId,
  instanceId: Schema.String,
  /** Milliseconds since the epoch. */
  createdAt: Schema.Int,
  lastTouchedAt: Schema.Int,
  reapAfterMs: Schema.Int,
  execs: Schema.Array(Schema.Struct({ id: ExecId, running: Schema.Boolean, nextSeq: Schema.Int })),
  /** Null where the disk is not the session's own. */
  disk: Schema.NullOr(Schema.Struct({ totalBytes: Schema.Finite, freeBytes: Schema.Finite })),
})
export type SessionStatus = typeof SessionStatus.Type

/** `POST /v1/sessions/:id/execs?from=seq`. The same id re-attaches, and never runs twice; with another body it is refused. */
export const ExecRequest = Schema.Struct({
  id: ExecId,
  /** Program and arguments; no shell is added. */
  argv: Schema.NonEmptyArray(Schema.String),
  /** Relative to the workspace. Default `.`. */
  cwd: Schema.optionalKey(Schema.String),
  /** Added to a clean environment. Never a secret: a value that holds one of the session's credentials is refused. */
  env: Schema.optionalKey(named(/^[A-Za-z_]\w*$/)),
  /** UTF-8. Absent: `/dev/null`. */
  stdin: Schema.optionalKey(Schema.String),
  /** Wall clock; the whole tree is dead 300 ms later. */
  timeoutMs: bounded(1, 86_400_000),
  /** Both streams together, in bytes. Default 1 MiB. */
  maxOutputBytes: Schema.optionalKey(bounded(1, 268_435_456)),
  /** `kill` ends the exec (default); `truncate` goes on, and keeps the first and the last half. */
  onOutputLimit: Schema.optionalKey(Schema.Literals(["kill", "truncate"])),
  /** By HTTP(S)_PROXY: `registries`, and the hosts of the set-up, or the hosts of the `tests`. Default `none`. */
  network: Schema.optionalKey(Schema.Literals(["none", "registries", "tests"])),
  /** Whether the session's gateways answer. Default false. */
  gateways: Schema.optionalKey(Schema.Boolean),
  /** What this exec leaves in the background lives until the session closes or the exec is cancelled. Default false. */
  keepRunning: Schema.optionalKey(Schema.Boolean),
})
export type ExecRequest = typeof ExecRequest.Type

/** Why an exec ended, when not by itself. `not_started`: a wall could not be built and nothing ran (`detail` says why). */
export const ExecReason = Schema.Literals(["timeout", "output_limit", "cancelled", "oom", "pids", "disk_full", "not_started"])
export type ExecReason = typeof ExecReason.Type

/** `seq` counts from 0 without gaps; a heartbeat repeats the last one. To go on after a disconnect: `from` = last `seq` + 1. */
export const ExecEvent = Schema.Union([
  Schema.Struct({ seq: Schema.Int, t: Schema.Literal("start"), execId: ExecId, instanceId: Schema.String }),
  Schema.Struct({ seq: Schema.Int, t: Schema.Literal("out"), fd: Schema.Literals([1, 2]), data: Schema.String }),
  /** `truncate` only: so many bytes of output were dropped here, between head and tail. */
  Schema.Struct({ seq: Schema.Int, t: Schema.Literal("gap"), droppedBytes: Schema.Int }),
  Schema.Struct({ seq: Schema.Int, t: Schema.Literal("heartbeat") }),
  Schema.Struct({
    seq: Schema.Int,
    t: Schema.Literal("exit"),
    /** Exit code, 128 + n when the program died of signal n; null when the daemon killed it. 127: not found, 126: not executable. */
    code: Schema.NullOr(Schema.Int),
    signal: Schema.NullOr(Schema.String),
    reason: Schema.NullOr(ExecReason),
    /** Processes of this exec that the kernel killed for memory. */
    oomKills: Schema.Int,
    ms: Schema.Int,
    /** Everything it printed, also what was dropped. */
    bytes: Schema.Int,
    /** Output was dropped: by the limit, or because the exec was killed for it. */
    truncated: Schema.Boolean,
    detail: Schema.NullOr(Schema.String),
  }),
])
export type ExecEvent = typeof ExecEvent.Type
export type ExecExit = Extract<ExecEvent, { t: "exit" }>

/** One host that a program inside asked for in vain; `message` is what it was told. */
export const Refusal = Schema.Struct({
  /** Which door said no; `dns`: a name was looked up, and nothing resolves inside. */
  via: Schema.Literals(["gateway", "registry", "dns"]),
  /** What the exec was doing. */
  phase: Schema.Literals(["setup", "tests"]),
  host: Schema.String,
  port: Schema.NullOr(Schema.Int),
  reason: Schema.String,
  message: Schema.String,
  count: Schema.Int,
  /** Milliseconds since the epoch. */
  firstAt: Schema.Int,
  lastAt: Schema.Int,
})
export type Refusal = typeof Refusal.Type
/** Answer of `GET /v1/sessions/:id/refusals`: the last 200 distinct ones. */
export const Refusals = Schema.Struct({ refusals: Schema.Array(Refusal) })

/** A SHA-256 digest, in hex: of everything that an installed state depends on, its repository included. */
export const StateKey = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))

/**
 * Answer of `PUT /v1/sessions/:id/states/:key`: what an install left in the session is kept on the host under that key. An entry is
 * written once (`present`: it was there already). `off`: this host keeps none.
 */
export const StateSaved = Schema.Struct({
  outcome: Schema.Literals(["stored", "present", "too_large", "off"]),
  bytes: Schema.Int,
  ms: Schema.Int,
})
export type StateSaved = typeof StateSaved.Type

/** Answer of `POST /v1/sessions/:id/states/:key/restore`. After `damaged` the session's files are in no known state: close it. */
export const StateRestored = Schema.Struct({
  outcome: Schema.Literals(["restored", "absent", "damaged", "off"]),
  bytes: Schema.Int,
  ms: Schema.Int,
})
export type StateRestored = typeof StateRestored.Type

/** A wall that is missing. `remedy` is the one command that mends it. */
export const IsolationProblem = Schema.Struct({ code: Schema.String, detail: Schema.String, remedy: Schema.String })
export type IsolationProblem = typeof IsolationProblem.Type

/** `GET /v1/capabilities`: what this host really enforces. `ready: false` means that no session is opened. */
export const SandboxdCapabilities = Schema.Struct({
  protocol: Schema.Literal(SANDBOX_PROTOCOL_VERSION),
  version: Schema.String,
  instanceId: Schema.String,
  isolator: Schema.Literals(["bubblewrap", "container"]),
  ready: Schema.Boolean,
  /** Wall or limit -> by what (`cgroup1`, `seccomp`, `platform`, `watchdog` …), or false. */
  enforced: Schema.Record(Schema.String, Schema.Union([Schema.Boolean, Schema.String])),
  problems: Schema.Array(IsolationProblem),
  /** Directories of tools that are mounted read-only. */
  tools: Schema.Array(Schema.String),
})
export type SandboxdCapabilities = typeof SandboxdCapabilities.Type

/** Stable codes of `SandboxProblem`. `session_not_found` means that the box is lost: it never comes back by itself. */
export const SandboxProblemCode = Schema.Literals([
  "unauthorized",
  "route_not_found",
  "invalid_request",
  "body_too_large",
  "secret_in_request",
  "session_not_found",
  "exec_not_found",
  "exec_forgotten",
  "exec_conflict",
  "too_many_sessions",
  "too_many_execs",
  "isolation_missing",
  "file_not_found",
  "not_a_file",
  "not_a_directory",
  "file_refused",
  "internal",
])
export type SandboxProblemCode = typeof SandboxProblemCode.Type

/** RFC 9457 body of every answer that is not 2xx. */
export const SandboxProblem = Schema.Struct({
  type: Schema.String,
  title: Schema.String,
  status: Schema.Int,
  code: SandboxProblemCode,
  detail: Schema.String,
  /** What to do about it; a command where one exists. */
  remedy: Schema.String,
})
export type SandboxProblem = typeof SandboxProblem.Type
