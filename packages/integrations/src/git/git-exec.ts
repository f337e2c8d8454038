import { Effect, type Context } from "effect"
import { redact } from "@loom/core/domain/redact"
import type { ExecResult, Sandbox, SandboxError } from "@loom/core/ports/Sandbox"
import { GitFailed } from "@loom/core/ports/Workspace"
import { gitEnv } from "./git-scripts.ts"

export interface GitExec {
  readonly operation: string
  /** Exec id: the same id attaches to what runs or ran. */
  readonly id: string
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Only clone and push may reach the gateway. */
  readonly gateways?: boolean
  readonly timeoutMs?: number
}

/** A patch of 8 MiB in base64, and the names of its files: the Worker holds all of it, several times over, in 128 MB. */
export const MAX_PATCH_MIB = 8
const MAX_OUTPUT_BYTES = 12 * 1024 * 1024
const TIMEOUT_MS = 10 * 60_000

/** git's own words, the last 4,000 characters. */
export const wordsOf = (result: ExecResult): string => {
  const ended = result.reason === null ? `exit code ${result.exitCode}` : `ended by the sandbox: ${result.reason}`
  return redact(`${result.stderr}\n${result.stdout}`.trim() || ended).slice(-4000)
}

export const failed = (operation: string, result: ExecResult): GitFailed => new GitFailed({ operation, output: wordsOf(result) })

/** `bash -c` with Loom's git environment, in the workspace. The exit code is the caller's to judge. */
export const runGit = (
  sandbox: Context.Service.Shape<typeof Sandbox>,
  sessionId: string,
  exec: GitExec,
): Effect.Effect<ExecResult, SandboxError> =>
  sandbox.exec(sessionId, {
    id: exec.id,
    argv: ["bash", "-c", exec.script],
    env: { ...gitEnv(), ...exec.env },
    ...(exec.stdin === undefined ? {} : { stdin: exec.stdin }),
    timeoutMs: exec.timeoutMs ?? TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    // A shortened patch would be a wrong one.
    onOutputLimit: "kill",
    network: "none",
    gateways: exec.gateways ?? false,
  })

/** Answers stdout, or `GitFailed` unless it ended by itself with 0. */
export const gitOutput = (
  sandbox: Context.Service.Shape<typeof Sandbox>,
  sessionId: string,
  exec: GitExec,
): Effect.Effect<string, GitFailed | SandboxError> =>
  runGit(sandbox, sessionId, exec).pipe(
    Effect.filterOrFail(
      (result) => result.exitCode === 0 && result.reason === null,
      (result) => failed(exec.operation, result),
    ),
    Effect.map((result) => result.stdout),
  )

/** Faults of the way to GitHub, as git and curl tell them; everything else would fail again. */
const PASSING =
  /HTTP (408|425|429|5\d\d)|error: (408|429|5\d\d)|Could not resolve|Failed to connect|Connection (reset|refused|timed out)|early EOF|hung up unexpectedly|RPC failed|Operation too slow|transfer closed|unexpected disconnect/i
const MAX_ATTEMPTS = 5

/**
 * Tries again what may pass, each time under an exec id of its own (`<id>.1` …): a finished attempt is not run again, so a
 * repeated durable step walks through the same outcomes and goes on after them. The script must bear repetition.
 */
export const withAttempts = (
  sandbox: Context.Service.Shape<typeof Sandbox>,
  sessionId: string,
  exec: GitExec,
  isOk: (result: ExecResult) => boolean,
): Effect.Effect<ExecResult, SandboxError> => {
  const attempt = (number: number): Effect.Effect<ExecResult, SandboxError> =>
    Effect.flatMap(runGit(sandbox, sessionId, { ...exec, id: `${exec.id}.${number}` }), (result) =>
      isOk(result) || number >= MAX_ATTEMPTS || !(PASSING.test(wordsOf(result)) || result.reason === "timeout")
        ? Effect.succeed(result)
        : Effect.andThen(Effect.sleep(250 * 2 ** number), attempt(number + 1)),
    )
  return attempt(1)
}
