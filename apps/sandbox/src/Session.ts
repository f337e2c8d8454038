import {
  WORKSPACE_DIR,
  type ExecRequest,
  type OpenSession,
  type SandboxEgress,
  type SessionStatus,
} from "@loom/core/domain/SandboxProtocol"
import { gatewaySecrets } from "@loom/core/domain/gateway-secrets"
import path from "node:path"
import { Doors, networkOf } from "./egress/doors.ts"
import type { Exec } from "./exec/Exec.ts"
import { ExecStore } from "./exec/ExecStore.ts"
import { problem } from "./http/problem.ts"
import type { Box, BoxProcess } from "./isolation/Isolator.ts"

/** Linux takes arguments and environment strings of up to 128 KiB each (execve(2), MAX_ARG_STRLEN), some 2 MiB together. */
const MAX_STRING_BYTES = 120_000
const MAX_STRINGS_BYTES = 1_500_000

/** What the kernel would not start is a mistake of the request; told afterwards, it would look like a wall that is missing. */
const refuseTooLong = ({ argv, env }: ExecRequest): void => {
  const sizes = [...argv, ...Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`)].map((text) => Buffer.byteLength(text))
  if (sizes.every((size) => size <= MAX_STRING_BYTES) && sizes.reduce((sum, size) => sum + size, 0) <= MAX_STRINGS_BYTES) return
  throw problem(
    "invalid_request",
    `an argument or variable has more than ${MAX_STRING_BYTES} bytes, or all have more than ${MAX_STRINGS_BYTES}`,
    "send long text as stdin or as a file",
  )
}

/** One session: a box, its execs, its doors, and when it was last touched. */
export class Session {
  readonly id: string
  readonly createdAt = Date.now()
  readonly box: Box
  readonly execs = new ExecStore()
  readonly doors: Doors
  readonly #instanceId: string
  #egress: SandboxEgress
  #reapAfterMs: number
  #touchedAt = Date.now()
  #held = 0
  #closing: Promise<void> | null = null

  constructor(spec: OpenSession, box: Box, instanceId: string) {
    this.id = spec.id
    this.box = box
    this.#egress = spec.egress
    this.#reapAfterMs = spec.reapAfterMs
    this.#instanceId = instanceId
    this.doors = new Doors(box, () => this.#egress)
  }

  touch(): void {
    this.#touchedAt = Date.now()
  }
  /** In use until the answer calls what this returns: an open stream or a long upload is nothing that nobody touches. */
  hold(): () => void {
    this.#held += 1
    return () => {
      this.#held -= 1
      this.touch()
    }
  }
  get idle(): boolean {
    return this.#held === 0 && Date.now() - this.#touchedAt > this.#reapAfterMs
  }

  /** A capability expires before a run does: opening the session again brings the next one. */
  renew(spec: OpenSession): void {
    this.#egress = spec.egress
    this.#reapAfterMs = spec.reapAfterMs
    this.touch()
  }

  /** Starts the exec, or finds the one with this id. */
  exec(request: ExecRequest): Exec {
    if (this.#closing !== null) throw problem("session_not_found", `session ${this.id} is closing`, "open a new session")
    this.#refuseSecrets(request)
    refuseTooLong(request)
    networkOf(request)
    const { exec, fresh } = this.execs.claim(request)
    if (fresh) void this.#start(exec)
    return exec
  }

  async #start(exec: Exec): Promise<void> {
    const { request } = exec
    const network = networkOf(request)
    const launch = {
      argv: request.argv,
      cwd: this.path(request.cwd ?? "."),
      env: { ...this.doors.env(network), ...request.env },
      stdin: request.stdin === undefined ? ("none" as const) : Buffer.from(request.stdin),
      network,
      keepRunning: request.keepRunning ?? false,
    }
    const ready: Pick<Box, "launch" | "full"> = {
      launch: async (options) => {
        await this.doors.ensure(network)
        return this.box.launch(options)
      },
      full: this.box.full,
    }
    await exec.run(ready, launch, this.#instanceId)
  }

  /** A helper program of the files API, inside the walls, without network. Its output goes to the caller, not to a log. */
  helper(argv: ReadonlyArray<string>, stdin: "none" | "pipe"): Promise<BoxProcess> {
    if (this.#closing !== null) throw problem("session_not_found", `session ${this.id} is closing`, "open a new session")
    return this.box.launch({ argv, cwd: this.box.workspace, env: {}, stdin, network: "closed", keepRunning: false })
  }

  /** A protocol path, absolute inside. It is resolved inside, by the kernel, with the rights of the programs there. */
  path(relative: string): string {
    if (relative.includes("\0")) throw problem("invalid_request", "a path holds a NUL byte", "send another path")
    const inside = path.posix.normalize(path.posix.resolve(WORKSPACE_DIR, relative))
    if (inside !== WORKSPACE_DIR && !inside.startsWith(`${WORKSPACE_DIR}/`)) return inside
    return path.posix.join(this.box.workspace, inside.slice(WORKSPACE_DIR.length))
  }

  async status(): Promise<SessionStatus> {
    const disk = await this.box.disk()
    return {
      id: this.id,
      instanceId: this.#instanceId,
      createdAt: this.createdAt,
      lastTouchedAt: this.#touchedAt,
      reapAfterMs: this.#reapAfterMs,
      execs: [...this.execs.all].map((exec) => ({ id: exec.request.id, running: exec.running, nextSeq: exec.log.nextSeq })),
      disk: disk === null ? null : { totalBytes: disk.totalBytes, freeBytes: disk.freeBytes },
    }
  }

  /** Kills every exec, closes the doors, removes the box. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      for (const exec of this.execs.all) exec.kill("cancelled")
      await Promise.all([...this.execs.all].map((exec) => exec.gone))
      await this.doors.close()
      await this.box.close()
    })()
    return this.#closing
  }

  /** The capability belongs outside: a request that would carry it in is a bug of the client, and refused. */
  #refuseSecrets(request: ExecRequest): void {
    const secrets = gatewaySecrets(this.#egress.gateways)
    const texts = [...request.argv, ...Object.values(request.env ?? {}), request.stdin ?? ""]
    if (!secrets.some((secret) => texts.some((text) => text.includes(secret)))) return
    throw problem("secret_in_request", "the request holds a credential of a gateway", "leave it out: the gateway adds it outside")
  }
}
