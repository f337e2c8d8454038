import { ExecRequest, HEARTBEAT_INTERVAL_MS, OpenSession, StateKey, type SandboxdCapabilities } from "@loom/core/domain/SandboxProtocol"
import { Schema } from "effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Exec } from "../exec/Exec.ts"
import { readFile, readTar, writeFile, writeTar } from "../files/files.ts"
import type { Session } from "../Session.ts"
import type { Sessions } from "../Sessions.ts"
import { restoreState, saveState } from "../states/states.ts"
import type { StateStore } from "../states/StateStore.ts"
import { HttpProblem, problem } from "./problem.ts"

export type Reply = (status: number, body: unknown) => void
export interface Context {
  readonly sessions: Sessions
  /** Null where this host keeps no installed states. */
  readonly states: StateStore | null
  readonly capabilities: () => SandboxdCapabilities
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly json: Reply
}
export interface Route {
  readonly method: string
  readonly path: string
  readonly handle: (context: Context) => Promise<void>
}

const MAX_BODY_BYTES = 33_554_432

const decodeSession = Schema.decodeUnknownSync(OpenSession)
const decodeExec = Schema.decodeUnknownSync(ExecRequest)

const body = async <A>(context: Context, decode: (value: unknown) => A): Promise<A> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of context.request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES)
      throw problem("body_too_large", `a body has at most ${MAX_BODY_BYTES} bytes`, "send large content to the files route")
    chunks.push(chunk)
  }
  try {
    return decode(JSON.parse(Buffer.concat(chunks).toString("utf8")))
  } catch (error) {
    throw problem(
      "invalid_request",
      error instanceof Error ? error.message.slice(0, 2000) : "not JSON",
      "see SandboxProtocol.ts for the body",
    )
  }
}

/** The routes' own patterns name their parameters. */
const param = ({ params }: Context, name: string): string => params[name] ?? ""

/** The session, which is in use until the answer is out. */
const sessionOf = async (context: Context): Promise<Session> => {
  const session = await context.sessions.get(param(context, "id"))
  context.response.once("close", session.hold())
  return session
}

const pathOf = ({ query }: Context, fallback?: string): string => {
  const path = query.get("path") ?? fallback
  if (path === undefined || path === "")
    throw problem("invalid_request", "the query parameter path is missing", "send ?path=, relative to the workspace")
  return path
}

const isStateKey = Schema.is(StateKey)

const stateKey = (context: Context): string => {
  const key = param(context, "key")
  if (!isStateKey(key)) throw problem("invalid_request", "the key of a state is no SHA-256 digest", "send 64 hex digits")
  return key
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const settle = () => {
      response.off("drain", settle).off("close", settle)
      resolve()
    }
    response.once("drain", settle).once("close", settle)
  })

/** Streams the log as NDJSON. The reader's speed is its own; leaving ends nothing. */
const stream = async (context: Context, exec: Exec): Promise<void> => {
  const { response, query } = context
  const from = Number(query.get("from") ?? 0)
  if (!Number.isInteger(from) || from < 0) throw problem("invalid_request", "from is not a sequence number", "send the last seq + 1")
  const left = new AbortController()
  response.once("close", () => left.abort())
  response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" })
  response.flushHeaders()
  for await (const event of exec.log.read(from, HEARTBEAT_INTERVAL_MS, left.signal)) {
    if (!response.write(`${JSON.stringify(event)}\n`)) await drained(response)
  }
  response.end()
}

const download = (type: string, read: typeof readFile) => async (context: Context) => {
  const session = await sessionOf(context)
  await read(session, pathOf(context), () => context.response.writeHead(200, { "content-type": type }))
}
const upload = (write: typeof writeFile, fallback?: string) => async (context: Context) => {
  const session = await sessionOf(context)
  await write(session, pathOf(context, fallback), context.request)
  context.response.writeHead(204).end()
}

export const routes: ReadonlyArray<Route> = [
  { method: "GET", path: "/v1/capabilities", handle: async (context) => context.json(200, context.capabilities()) },
  {
    method: "POST",
    path: "/v1/sessions",
    handle: async (context) => {
      const spec = await body(context, decodeSession)
      const { created } = await context.sessions.open(spec).catch((error: unknown) => {
        if (error instanceof HttpProblem) throw error
        throw problem(
          "isolation_missing",
          error instanceof Error ? error.message : String(error),
          "read GET /v1/capabilities of this daemon",
        )
      })
      context.json(created ? 201 : 200, { id: spec.id, instanceId: context.capabilities().instanceId, created })
    },
  },
  { method: "GET", path: "/v1/sessions/:id", handle: async (context) => context.json(200, await (await sessionOf(context)).status()) },
  {
    method: "DELETE",
    path: "/v1/sessions/:id",
    handle: async (context) => {
      await context.sessions.close(param(context, "id"))
      context.response.writeHead(204).end()
    },
  },
  {
    method: "GET",
    path: "/v1/sessions/:id/refusals",
    handle: async (context) => context.json(200, { refusals: (await sessionOf(context)).doors.refusals.all }),
  },
  {
    method: "POST",
    path: "/v1/sessions/:id/execs",
    handle: async (context) => {
      const session = await sessionOf(context)
      await stream(context, session.exec(await body(context, decodeExec)))
    },
  },
  {
    method: "GET",
    path: "/v1/sessions/:id/execs/:execId/events",
    handle: async (context) => {
      const session = await sessionOf(context)
      await stream(context, session.execs.get(param(context, "execId")))
    },
  },
  {
    method: "DELETE",
    path: "/v1/sessions/:id/execs/:execId",
    handle: async (context) => {
      const exec = (await sessionOf(context)).execs.get(param(context, "execId"))
      exec.kill("cancelled")
      await exec.gone
      context.response.writeHead(204).end()
    },
  },
  { method: "GET", path: "/v1/sessions/:id/files", handle: download("application/octet-stream", readFile) },
  { method: "PUT", path: "/v1/sessions/:id/files", handle: upload(writeFile) },
  { method: "GET", path: "/v1/sessions/:id/tar", handle: download("application/x-tar", readTar) },
  { method: "PUT", path: "/v1/sessions/:id/tar", handle: upload(writeTar, ".") },
  {
    method: "PUT",
    path: "/v1/sessions/:id/states/:key",
    handle: async (context) => context.json(200, await saveState(context.states, await sessionOf(context), stateKey(context))),
  },
  {
    method: "POST",
    path: "/v1/sessions/:id/states/:key/restore",
    handle: async (context) => context.json(200, await restoreState(context.states, await sessionOf(context), stateKey(context))),
  },
]
