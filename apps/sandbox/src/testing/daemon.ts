import { ExecEvent, type ExecExit, type OpenSession, Refusals, SandboxProblem } from "@loom/core/domain/SandboxProtocol"
import { Schema } from "effect"
import { randomUUID } from "node:crypto"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import type { SandboxdConfig } from "../Config.ts"
import { startSandboxd } from "../Sandboxd.ts"

const decodeEvent = Schema.decodeUnknownSync(Schema.fromJsonString(ExecEvent))
const decodeProblem = Schema.decodeUnknownSync(SandboxProblem)
const decodeRefusals = Schema.decodeUnknownSync(Refusals)

export interface Ran {
  readonly id: string
  readonly events: ReadonlyArray<ExecEvent>
  readonly out: string
  readonly err: string
  readonly exit: ExecExit
}

export const testConfig = (dataDir: string): SandboxdConfig => ({
  host: "127.0.0.1",
  port: 0,
  token: `daemon-token-${randomUUID()}`,
  dataDir,
  isolator: "bubblewrap",
  // The Node that runs the tests, wherever it lies, at a place that exists inside.
  tools: [{ hostDir: path.dirname(fs.realpathSync(process.execPath)), sandboxDir: "/opt/loom/node" }],
  path: null,
  bwrap: "bwrap",
  maxSessions: 60,
  limits: {},
  states: { dir: path.join(dataDir, "states"), maxBytes: 100_000_000 },
  container: { inside: false, workspaceDir: "/workspace", homeDir: "/home/loom", uid: 1000 },
})

/** Events of an NDJSON answer. */
export async function* eventsOf(response: Response): AsyncGenerator<ExecEvent> {
  let text = ""
  if (response.body === null) return
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const lines = text.split("\n")
    text = lines.pop() ?? ""
    for (const line of lines) yield decodeEvent(line)
  }
}

export const collect = async (id: string, events: AsyncIterable<ExecEvent>): Promise<Ran> => {
  const all: Array<ExecEvent> = []
  for await (const event of events) all.push(event)
  const of = (fd: 1 | 2) => all.map((event) => (event.t === "out" && event.fd === fd ? event.data : "")).join("")
  const exit = all.at(-1)
  if (exit?.t !== "exit") throw new Error(`the stream of ${id} ended without an exit: ${JSON.stringify(exit)}`)
  return { id, events: all, out: of(1), err: of(2), exit }
}

/** A client of a daemon, wherever it runs. */
export const connect = ({ url, token }: { readonly url: string; readonly token: string }) => {
  const request = (method: string, route: string, body?: unknown, init: RequestInit = {}) =>
    fetch(url + route, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...init,
    })
  const problemOf = async (response: Response) => decodeProblem(await response.json())

  const open = async (spec: Partial<OpenSession> = {}) => {
    const id = spec.id ?? `s-${randomUUID()}`
    const opened = await request("POST", "/v1/sessions", { egress: { gateways: [], registries: [] }, reapAfterMs: 600_000, ...spec, id })
    if (!opened.ok) throw new Error(`open: ${opened.status} ${await opened.text()}`)
    const base = `/v1/sessions/${id}`
    const start = (argv: string | ReadonlyArray<string>, options: Record<string, unknown> = {}, init: RequestInit = {}) =>
      request(
        "POST",
        `${base}/execs`,
        { id: randomUUID(), argv: typeof argv === "string" ? ["bash", "-c", argv] : argv, timeoutMs: 120_000, ...options },
        init,
      )
    return {
      id,
      base,
      start,
      exec: async (argv: string | ReadonlyArray<string>, options: Record<string, unknown> = {}): Promise<Ran> => {
        const execId = String(options["id"] ?? randomUUID())
        const response = await start(argv, { ...options, id: execId })
        if (!response.ok) throw new Error(`exec: ${response.status} ${await response.text()}`)
        return collect(execId, eventsOf(response))
      },
      events: (execId: string, from = 0, init: RequestInit = {}) =>
        request("GET", `${base}/execs/${encodeURIComponent(execId)}/events?from=${from}`, undefined, init),
      put: (file: string, content: BodyInit) =>
        request("PUT", `${base}/files?path=${encodeURIComponent(file)}`, undefined, { body: content, duplex: "half" } as RequestInit),
      get: (file: string) => request("GET", `${base}/files?path=${encodeURIComponent(file)}`),
      refusals: async () => decodeRefusals(await (await request("GET", `${base}/refusals`)).json()).refusals,
      close: () => request("DELETE", base),
    }
  }
  return { url, request, problemOf, open }
}

/** A daemon in this process, with a data directory of its own. */
export const startTestDaemon = async (overrides: Partial<SandboxdConfig> = {}) => {
  const dataDir = overrides.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), "loom-sandboxd-"))
  const config = { ...testConfig(dataDir), ...overrides }
  const daemon = await startSandboxd(config)
  return {
    ...daemon,
    ...connect({ url: daemon.url, token: config.token }),
    config,
    stop: async () => {
      await daemon.close()
      fs.rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export type TestDaemon = Awaited<ReturnType<typeof startTestDaemon>>
export type TestSession = Awaited<ReturnType<TestDaemon["open"]>>
