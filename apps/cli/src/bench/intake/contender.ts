import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { Schema } from "effect"
import { cleanEnvironment } from "../../world/clean-environment.ts"
import { spawnGuarded } from "../../world/guarded-child.ts"

/** A webhook server under test, in a process group of its own. */
export interface Contender {
  readonly name: string
  readonly url: string
  /** The others are stopped while one is measured: what they do in the background would cost it time. */
  readonly pause: () => void
  readonly resume: () => void
  /** CPU of the whole group so far, in microseconds. */
  readonly cpuUs: () => number
  /** SIGKILL to the whole group. */
  readonly kill: () => Promise<void>
}

/** The line a server prints when it listens. */
const Ready = Schema.fromJsonString(Schema.Struct({ url: Schema.NonEmptyString }))

const startTimeoutMs = 60_000

/** `pin`: the command that leads, so that servers get one core and the load generator another. */
export const startContender = async (spec: {
  readonly name: string
  readonly args: ReadonlyArray<string>
  readonly pin: ReadonlyArray<string>
  readonly cwd: string
  readonly logFile: string
}): Promise<Contender> => {
  const [command = "", ...args] = [...spec.pin, process.execPath, "--no-warnings", ...spec.args]
  const ready = Promise.withResolvers<string>()
  const child = await spawnGuarded({
    command,
    args,
    cwd: spec.cwd,
    env: { ...cleanEnvironment(process.env), NODE_ENV: "production" },
    logFile: spec.logFile,
    onLine: (line) => {
      const decoded = Schema.decodeOption(Ready)(line)
      if (decoded._tag === "Some") ready.resolve(decoded.value.url)
    },
  })
  void child.ended.then(() => ready.reject(new Error(`${spec.name} ended while it was starting:\n${child.log.tail(20)}`)))
  const timer = setTimeout(() => ready.reject(new Error(`${spec.name} was not ready within ${startTimeoutMs / 1000} s`)), startTimeoutMs)
  try {
    return {
      name: spec.name,
      url: `${await ready.promise}webhooks/github`,
      pause: () => process.kill(-child.pid, "SIGSTOP"),
      resume: () => process.kill(-child.pid, "SIGCONT"),
      cpuUs: () => cpuOfGroupUs(child.pid),
      kill: child.kill,
    }
  } catch (error) {
    await child.kill()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** proc(5): after the name in parentheses come state, parent, group (3rd) … utime and stime (12th, 13th) in ticks. */
const cpuOfGroupUs = (group: number): number => {
  let ticks = 0
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")
      if (Number(fields[2]) === group) ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // It ended between the two looks.
    }
  }
  return ticks * usPerTick()
}

let tick: number | null = null
const usPerTick = (): number => (tick ??= 1_000_000 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })))
