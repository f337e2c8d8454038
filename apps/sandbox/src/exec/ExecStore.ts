import type { ExecRequest } from "@loom/core/domain/SandboxProtocol"
import { isDeepStrictEqual } from "node:util"
import { problem } from "../http/problem.ts"
import { Exec } from "./Exec.ts"

export const MAX_RUNNING_EXECS = 64
const MAX_FINISHED = 200
const MAX_FINISHED_BYTES = 67_108_864
const MAX_FORGOTTEN = 100_000

/** The execs of a session by id. The last finished ones are remembered with their output, older ones by name alone: none runs twice. */
export class ExecStore {
  readonly #execs = new Map<string, Exec>()
  readonly #forgotten = new Set<string>()

  get all(): Iterable<Exec> {
    return this.#execs.values()
  }

  /** The exec with the id of `request`: the one that is there, or a new one that the caller starts. */
  claim(request: ExecRequest): { readonly exec: Exec; readonly fresh: boolean } {
    const known = this.#execs.get(request.id)
    if (known !== undefined) {
      if (isDeepStrictEqual(known.request, request)) return { exec: known, fresh: false }
      throw problem("exec_conflict", `exec ${request.id} was started with another body`, "choose a new id for a new command")
    }
    this.#refuseForgotten(request.id)
    if (this.#forgotten.size >= MAX_FORGOTTEN) throw problem("too_many_execs", "the session ran too many execs", "open a new session")
    const running = [...this.#execs.values()].filter((exec) => exec.running).length
    if (running >= MAX_RUNNING_EXECS) throw problem("too_many_execs", `${running} execs are running`, "wait for one, or cancel one")
    const exec = new Exec(request)
    this.#execs.set(request.id, exec)
    void exec.gone.then(() => this.#forget())
    return { exec, fresh: true }
  }

  get(id: string): Exec {
    const exec = this.#execs.get(id)
    if (exec !== undefined) return exec
    this.#refuseForgotten(id)
    throw problem("exec_not_found", `no exec ${id} in this session`, "post it to start it")
  }

  #refuseForgotten(id: string): void {
    if (!this.#forgotten.has(id)) return
    throw problem("exec_forgotten", `exec ${id} ran, and its output was dropped since`, "use a new id to run the command again")
  }

  /** Oldest first; what still has processes in the background stays. */
  #forget(): void {
    const finished = [...this.#execs.values()].filter((exec) => exec.isGone)
    let bytes = finished.reduce((sum, exec) => sum + exec.log.bytes, 0)
    let count = finished.length
    for (const exec of finished) {
      if (count <= MAX_FINISHED && bytes <= MAX_FINISHED_BYTES) return
      this.#execs.delete(exec.request.id)
      this.#forgotten.add(exec.request.id)
      count -= 1
      bytes -= exec.log.bytes
    }
  }
}
