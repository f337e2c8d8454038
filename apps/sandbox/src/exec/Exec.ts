import { DEFAULT_MAX_OUTPUT_BYTES, type ExecReason, type ExecRequest } from "@loom/core/domain/SandboxProtocol"
import { constants } from "node:os"
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises"
import type { Box, BoxProcess, Launch, MainExit } from "../isolation/Isolator.ts"
import { ExecLog } from "./ExecLog.ts"
import { OutputCollector } from "./OutputCollector.ts"

/** After the tree is dead its output ends; so long is waited for it on a busy machine. */
const DRAIN_MS = 2000
/** What runs on in the background holds the outputs open: so long is waited for what the main program said last. */
const DRAIN_KEPT_MS = 100

/** What a shell says of SIGXFSZ: RLIMIT_FSIZE was passed. */
const FILE_TOO_LARGE = 128 + constants.signals.SIGXFSZ

/** One exec: a process tree, its limits, and the log of what it said. It goes on whoever listens. */
export class Exec {
  readonly request: ExecRequest
  readonly log = new ExecLog()
  readonly #startedAt = performance.now()
  #process: BoxProcess | null = null
  #killedFor: ExecReason | null = null
  readonly #ended = Promise.withResolvers<void>()
  /** True when nothing of it is left, background included. */
  isGone = false

  constructor(request: ExecRequest) {
    this.request = request
  }

  /** True until the exit event. */
  get running(): boolean {
    return !this.log.closed
  }
  /** Resolves when `isGone`. */
  get gone(): Promise<void> {
    return this.#ended.promise
  }

  async run(box: Pick<Box, "launch" | "full">, launch: Launch, instanceId: string): Promise<void> {
    this.log.append({ t: "start", execId: this.request.id, instanceId })
    const output = new OutputCollector({
      maxBytes: this.request.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES,
      onLimit: this.request.onOutputLimit ?? "kill",
      emit: (event) => this.log.append(event),
      onExceeded: () => this.kill("output_limit"),
    })
    try {
      const child = await box.launch(launch)
      this.#process = child
      if (this.#killedFor !== null) child.kill()
      child.stdout.on("data", (chunk: Buffer) => this.running && output.push(1, chunk))
      child.stderr.on("data", (chunk: Buffer) => this.running && output.push(2, chunk))
      const drained = Promise.all([child.stdout, child.stderr].map((stream) => new Promise((resolve) => stream.once("close", resolve))))
      const timer = setTimeout(() => this.kill("timeout"), this.request.timeoutMs)
      const main = await child.main
      clearTimeout(timer)
      // The exit is told when nothing of it runs any more: what it left behind dies first.
      if (this.request.keepRunning !== true) await child.gone
      await Promise.race([drained, sleep(this.request.keepRunning ? DRAIN_KEPT_MS : DRAIN_MS).then(() => readOut(output))])
      output.finish()
      await this.#exit(box, child, main, output)
      await child.gone
      child.stdout.destroy()
      child.stderr.destroy()
    } catch (error) {
      output.finish()
      this.#append({
        code: null,
        reason: this.#killedFor ?? "not_started",
        detail: error instanceof Error ? error.message : String(error),
        output,
      })
    } finally {
      this.isGone = true
      this.#ended.resolve()
    }
  }

  /** Kills the tree. The first reason stands. */
  kill(reason: ExecReason): void {
    if (this.running) this.#killedFor ??= reason
    this.#process?.kill()
  }

  async #exit(box: Pick<Box, "full">, child: BoxProcess, main: MainExit, output: OutputCollector): Promise<void> {
    const { oomKills, pidsRefused } = child.counts()
    let reason: ExecReason | null = child.hit()?.reason ?? this.#killedFor
    let detail = child.hit()?.detail ?? null
    // Also of a program that ended well: it lost a part of itself.
    if (reason === null && oomKills > 0) reason = "oom"
    const killed = reason !== null
    if (reason === null && main.code !== 0) {
      const full = await box.full().catch(() => null)
      if (!main.started) {
        reason = "not_started"
        detail = "the sandbox ended before the program began; its output says why"
      } else if (pidsRefused > 0) reason = "pids"
      else if (main.code === FILE_TOO_LARGE) {
        reason = "disk_full"
        detail = "a file reached the size that a single file may have"
      } else if (full !== null) ({ reason, detail } = full)
    }
    this.#append({ code: killed ? null : main.code, reason, detail, output, oomKills })
  }

  #append(end: {
    code: number | null
    reason: ExecReason | null
    detail: string | null
    output: OutputCollector
    oomKills?: number
  }): void {
    this.log.append({
      t: "exit",
      code: end.code,
      signal: end.code === null ? (end.reason === "not_started" ? null : "SIGKILL") : signalOf(end.code),
      reason: end.reason,
      oomKills: end.oomKills ?? 0,
      ms: Math.round(performance.now() - this.#startedAt),
      bytes: end.output.bytes,
      truncated: end.output.truncated,
      detail: end.detail,
    })
  }
}

/** On a starved machine the clock may run out before anything was read: what lies in the pipes already is read in any case. */
const readOut = async (output: OutputCollector): Promise<void> => {
  for (let seen = -1; output.bytes > seen;) {
    seen = output.bytes
    await nextTurn()
  }
}

/** The shells' convention: 128 + n means signal n. */
const signalOf = (code: number): string | null =>
  code > 128 ? (Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0] ?? null) : null
