import { availableParallelism } from "node:os"
import path from "node:path"
import type { SandboxLimits } from "@loom/core/domain/SandboxProtocol"
import type { ToolMount } from "./isolation/bwrap-args.ts"

/** What `startSandboxd` needs. Tests build it by hand; `configFromEnv` reads it from `LOOM_SANDBOX_*`. */
export interface SandboxdConfig {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Bearer token of the daemon, at least 16 characters. */
  readonly token: string
  /** Sessions, images and scratch files; belongs to one daemon at a time. */
  readonly dataDir: string
  readonly isolator: "bubblewrap" | "container"
  readonly tools: ReadonlyArray<ToolMount>
  readonly path: string | null
  readonly bwrap: string
  readonly maxSessions: number
  /** Defaults of sessions that bring no limits of their own. */
  readonly limits: SandboxLimits
  /** Where installed states are kept, and how many bytes of them; may be shared by daemons. Null keeps none. */
  readonly states: { readonly dir: string; readonly maxBytes: number } | null
  /** Isolator `container` only. `egress: "none"`: the container must have no route out; absent: whoever started it holds the way out. */
  readonly container: {
    readonly inside: boolean
    readonly workspaceDir: string
    readonly homeDir: string
    readonly uid: number
    readonly egress?: "platform" | "none"
  }
}

type Env = Readonly<Record<string, string | undefined>>

const integer = (env: Env, name: string, fallback: number): number => {
  const text = env[name]
  if (text === undefined || text === "") return fallback
  if (!/^\d+$/.test(text)) throw new Error(`${name}=${text} is not a whole number`)
  return Number(text)
}

/** `hostdir:sandboxdir`, comma separated. */
export const parseTools = (text: string): ReadonlyArray<ToolMount> =>
  text
    .split(",")
    .filter(Boolean)
    .map((entry) => {
      const [hostDir, sandboxDir, ...rest] = entry.split(":")
      const inside = sandboxDir ?? ""
      if (
        !hostDir ||
        rest.length > 0 ||
        !path.isAbsolute(hostDir) ||
        path.normalize(inside) !== inside ||
        !/^\/(opt|usr\/local|home|root|srv)\/./.test(inside)
      ) {
        throw new Error(`LOOM_SANDBOX_TOOLS: ${entry} is not hostdir:sandboxdir with a directory below /opt inside, such as /opt/loom/node`)
      }
      return { hostDir, sandboxDir: inside }
    })

export const configFromEnv = (env: Env): SandboxdConfig => {
  const token = env["LOOM_SANDBOX_TOKEN"] ?? ""
  if (token.length < 16) throw new Error("LOOM_SANDBOX_TOKEN needs at least 16 characters; make one with: openssl rand -hex 32")
  const isolator = env["LOOM_SANDBOX_ISOLATOR"] || "bubblewrap"
  if (isolator !== "bubblewrap" && isolator !== "container")
    throw new Error(`LOOM_SANDBOX_ISOLATOR=${isolator} is neither bubblewrap nor container`)
  const egress = env["LOOM_SANDBOX_EGRESS"] || "none"
  if (egress !== "platform" && egress !== "none") throw new Error(`LOOM_SANDBOX_EGRESS=${egress} is neither platform nor none`)
  const mebibytes = (name: string) => integer(env, name, 0) * 1_048_576
  const memoryBytes = mebibytes("LOOM_SANDBOX_MEMORY_MB")
  const diskBytes = mebibytes("LOOM_SANDBOX_DISK_MB")
  const dataDir = path.resolve(env["LOOM_SANDBOX_DATA"] || ".loom/sandbox")
  const statesBytes = integer(env, "LOOM_SANDBOX_STATES_MB", 8192) * 1_048_576
  const tmpBytes = mebibytes("LOOM_SANDBOX_TMP_MB")
  const pids = integer(env, "LOOM_SANDBOX_PIDS", 0)
  return {
    host: env["LOOM_SANDBOX_HOST"] || "127.0.0.1",
    port: integer(env, "LOOM_SANDBOX_PORT", 8780),
    token,
    dataDir,
    states:
      statesBytes === 0 ? null : { dir: path.resolve(env["LOOM_SANDBOX_STATES"] || path.join(dataDir, "states")), maxBytes: statesBytes },
    isolator,
    tools: parseTools(env["LOOM_SANDBOX_TOOLS"] ?? ""),
    path: env["LOOM_SANDBOX_PATH"] || null,
    bwrap: env["LOOM_SANDBOX_BWRAP"] || "bwrap",
    maxSessions: isolator === "container" ? 1 : integer(env, "LOOM_SANDBOX_MAX_SESSIONS", Math.max(8, availableParallelism() * 2)),
    limits: {
      ...(memoryBytes > 0 ? { memoryBytes } : {}),
      ...(diskBytes > 0 ? { diskBytes } : {}),
      ...(tmpBytes > 0 ? { tmpBytes } : {}),
      ...(pids > 0 ? { pids } : {}),
    },
    container: {
      inside: env["LOOM_SANDBOX_INSIDE"] === "1",
      workspaceDir: "/workspace",
      homeDir: "/home/loom",
      uid: integer(env, "LOOM_SANDBOX_UID", 1000),
      egress,
    },
  }
}
