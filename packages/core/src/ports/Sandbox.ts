import { Context, Schema, type Effect } from "effect"
import type { GrantedHosts } from "../domain/network-config.ts"
import type { Refusal, StateRestored, StateSaved } from "../domain/SandboxProtocol.ts"

/** The box that held the session is gone (container died, daemon restarted): never silently another one. */
export class BoxLost extends Schema.TaggedError<BoxLost>()("BoxLost", { detail: Schema.String }) {}
/** The sandbox host does not answer, or answered 5xx. */
export class SandboxUnavailable extends Schema.TaggedError<SandboxUnavailable>()("SandboxUnavailable", { detail: Schema.String }) {}
/** The host lacks a wall and refuses to run (fail closed); `remedy` is the one command that mends it. */
export class IsolationMissing extends Schema.TaggedError<IsolationMissing>()("IsolationMissing", {
  detail: Schema.String,
  remedy: Schema.String,
}) {}
/** A file or directory inside the sandbox that is not there, or is not what was asked for. */
export class FileRefused extends Schema.TaggedError<FileRefused>()("FileRefused", { path: Schema.String, detail: Schema.String }) {}
/** A bug of the caller: the daemon refused the request. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", { detail: Schema.String }) {}

export class SandboxError extends Schema.TaggedError<SandboxError>()("SandboxError", {
  operation: Schema.String,
  reason: Schema.Union([BoxLost, SandboxUnavailable, IsolationMissing, FileRefused, InvalidRequest]),
}) {
  override get message(): string {
    const remedy = this.reason._tag === "IsolationMissing" ? ` To mend it: ${this.reason.remedy}` : ""
    return `sandbox ${this.operation}: ${this.reason._tag}: ${this.reason.detail}${remedy}`
  }
  get isRetryable(): boolean {
    return this.reason._tag === "SandboxUnavailable"
  }
}

/** A virtual host inside the sandbox (plain HTTP, port 80) whose requests leave through `upstream` with `headers` added outside. */
export interface GatewayRoute {
  readonly host: string
  readonly upstream: string
  readonly headers: Readonly<Record<string, string>>
}

export interface SessionSpec {
  /** Client-chosen and idempotent: opening the same id again returns the living session. */
  readonly id: string
  readonly gateways: ReadonlyArray<GatewayRoute>
  /** `host` or `host:port` of the operator's package registries, which `network: "registries"` may reach. */
  readonly registries: ReadonlyArray<string>
  /** The repository's own hosts: for `network: "registries"`, and for `network: "tests"`. Default nothing. */
  readonly hosts?: GrantedHosts
  readonly reapAfterMs: number
}

export interface SessionInfo {
  readonly id: string
  /** Changes when the box behind the session is another one. */
  readonly instanceId: string
  /** False when the session was already there. */
  readonly created: boolean
}

export interface ExecSpec {
  /** Idempotency key within the session: the same id attaches to the running or finished exec. */
  readonly id: string
  readonly argv: ReadonlyArray<string>
  /** Relative to the workspace root. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly timeoutMs: number
  /** Captured output of both streams together; default 1 MiB. */
  readonly maxOutputBytes?: number
  /** `kill` ends the exec, `truncate` keeps head and tail. Default `truncate`. */
  readonly onOutputLimit?: "kill" | "truncate"
  /** Default `none`. */
  readonly network?: "none" | "registries" | "tests"
  /** Whether the session's gateways can be reached. Default false. */
  readonly gateways?: boolean
  /** Called with output as it arrives; may be called again from the start after a re-attach. */
  readonly onOutput?: (text: string) => void
}

export interface ExecResult {
  readonly exitCode: number | null
  readonly signal: string | null
  /** Null when the process ended by itself. */
  readonly reason: "timeout" | "output_limit" | "cancelled" | "oom" | "pids" | "disk_full" | "box_lost" | null
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
  readonly truncated: boolean
}

/** What this host really enforces (`GET /v1/capabilities`). */
export interface SandboxCapabilities {
  readonly version: string
  readonly isolator: string
  readonly ready: boolean
  readonly enforced: Readonly<Record<string, boolean | string>>
  readonly problems: ReadonlyArray<{ readonly detail: string; readonly remedy: string }>
}

/**
 * Where foreign code runs. One session per run; files persist in `/workspace` between execs.
 * The adapter speaks protocol v1 (`domain/SandboxProtocol`) to sandboxd, and hides disconnects by re-attaching.
 */
export class Sandbox extends Context.Service<
  Sandbox,
  {
    readonly open: (spec: SessionSpec) => Effect.Effect<SessionInfo, SandboxError>
    /** Idempotent; a session that is gone is closed. */
    readonly close: (sessionId: string) => Effect.Effect<void, SandboxError>
    /** Runs to the end and answers its result; a non-zero exit is a result, not an error. */
    readonly exec: (sessionId: string, spec: ExecSpec) => Effect.Effect<ExecResult, SandboxError>
    readonly cancelExec: (sessionId: string, execId: string) => Effect.Effect<void, SandboxError>
    /** Path relative to the workspace; symlinks resolve inside the sandbox only. At most 16 MiB. */
    readonly readFile: (sessionId: string, path: string) => Effect.Effect<string, SandboxError>
    /** Creates parent directories; replaces the file. */
    readonly writeFile: (sessionId: string, path: string, content: string) => Effect.Effect<void, SandboxError>
    /**
     * Keeps what an install left in the session under `key` (64 hex digits), for sessions to come. To be called right after the install:
     * whatever ran before is in it.
     */
    readonly saveState: (sessionId: string, key: string) => Effect.Effect<StateSaved, SandboxError>
    /** Brings that state into a fresh session in which the repository's commit is checked out. */
    readonly restoreState: (sessionId: string, key: string) => Effect.Effect<StateRestored, SandboxError>
    /** Hosts that programs asked for in vain; `message` is for people: `blocked host: …; allow with …`. */
    readonly refusals: (sessionId: string) => Effect.Effect<ReadonlyArray<Refusal>, SandboxError>
    readonly capabilities: Effect.Effect<SandboxCapabilities, SandboxError>
  }
>()("@loom/core/ports/Sandbox") {}
