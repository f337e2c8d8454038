import { spawn, type ChildProcess } from "node:child_process"
import { RotatingLog } from "./RotatingLog.ts"

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface GuardedChild {
  readonly pid: number
  readonly log: RotatingLog
  /** Resolves when the process itself has ended. */
  readonly ended: Promise<Ended>
  /** Null while it runs. */
  readonly endedWith: () => Ended | null
  /** SIGKILL to the whole process group; resolves when the process is gone. */
  readonly kill: () => Promise<void>
  /** SIGTERM, and SIGKILL to the group after `graceMs`. Nothing of the group is left behind. */
  readonly stop: (graceMs: number) => Promise<void>
}

export interface ChildSpec {
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  /** Called for every full line of standard output. */
  readonly onLine?: (line: string) => void
}

/**
 * Starts a process in its own group, with a guard: a shell that waits on a pipe from us and kills the group when the
 * pipe closes. So nothing outlives this process, not even after `kill -9` of it.
 */
export const spawnGuarded = async (spec: ChildSpec): Promise<GuardedChild> => {
  const log = new RotatingLog(spec.logFile)
  const child = spawn(spec.command, spec.args, { cwd: spec.cwd, env: { ...spec.env }, detached: true, stdio: ["ignore", "pipe", "pipe"] })
  const pid = await spawned(child)
  const guard = spawnGuard(pid)
  let endedWith: Ended | null = null
  const ended = new Promise<Ended>((resolve) => {
    child.once("exit", (code, signal) => {
      endedWith = { code, signal }
      resolve(endedWith)
    })
  })
  child.stdout?.on("data", (chunk: Buffer) => log.append(chunk))
  child.stderr?.on("data", (chunk: Buffer) => log.append(chunk))
  if (spec.onLine !== undefined && child.stdout !== null) eachLine(child.stdout, spec.onLine)
  const kill = async (): Promise<void> => {
    killGroup(pid)
    await ended
    dismiss(guard)
  }
  const stop = async (graceMs: number): Promise<void> => {
    if (endedWith === null) {
      child.kill("SIGTERM")
      await within(ended, graceMs)
    }
    await kill()
  }
  return { pid, log, ended, endedWith: () => endedWith, kill, stop }
}

const spawned = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("spawn", () => resolve(child.pid ?? 0))
  })

const spawnGuard = (group: number): ChildProcess => {
  const guard = spawn("/bin/sh", ["-c", 'cat >/dev/null; kill -s KILL -- "-$0" 2>/dev/null', String(group)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  })
  guard.unref()
  return guard
}

/** The group is gone: the guard must not act any more, its number may belong to somebody else soon. */
const dismiss = (guard: ChildProcess): void => {
  if (guard.pid !== undefined) killGroup(guard.pid)
}

const killGroup = (group: number): void => {
  try {
    process.kill(-group, "SIGKILL")
  } catch {
    // ESRCH: nobody is left in it.
  }
}

const within = async (work: Promise<unknown>, ms: number): Promise<void> => {
  const timeout = Promise.withResolvers<void>()
  const timer = setTimeout(timeout.resolve, ms)
  await Promise.race([work, timeout.promise])
  clearTimeout(timer)
}

const eachLine = (stream: NodeJS.ReadableStream, onLine: (line: string) => void): void => {
  const decoder = new TextDecoder()
  let rest = ""
  stream.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) onLine(line)
  })
}
