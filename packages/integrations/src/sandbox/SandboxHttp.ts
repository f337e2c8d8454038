import { Effect, Layer } from "effect"
import {
  Refusals,
  SandboxdCapabilities,
  SessionOpened,
  StateRestored,
  StateSaved,
  type ExecRequest,
} from "@loom/core/domain/SandboxProtocol"
import { InvalidRequest, Sandbox, SandboxError, type ExecSpec } from "@loom/core/ports/Sandbox"
import { SandboxTransport } from "./SandboxTransport.ts"
import { followExec } from "./exec-stream.ts"
import { makeSandboxClient } from "./sandbox-client.ts"

const sessionPath = (sessionId: string, ...rest: ReadonlyArray<string>): string =>
  ["/v1/sessions", encodeURIComponent(sessionId), ...rest].join("/")

/** Packing or unpacking a whole dependency tree. */
const STATE_TIMEOUT_MS = 600_000

/** The daemon resolves the path inside the sandbox; nothing out here ever opens it. */
const filePath = (sessionId: string, path: string): string => `${sessionPath(sessionId, "files")}?path=${encodeURIComponent(path)}`

const toRequest = (spec: ExecSpec): Effect.Effect<ExecRequest, SandboxError> => {
  const [program, ...args] = spec.argv
  if (program === undefined)
    return Effect.fail(new SandboxError({ operation: "exec", reason: new InvalidRequest({ detail: "argv is empty: name a program" }) }))
  return Effect.succeed({
    id: spec.id,
    argv: [program, ...args],
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    ...(spec.env === undefined ? {} : { env: spec.env }),
    ...(spec.stdin === undefined ? {} : { stdin: spec.stdin }),
    timeoutMs: spec.timeoutMs,
    ...(spec.maxOutputBytes === undefined ? {} : { maxOutputBytes: spec.maxOutputBytes }),
    // The port's default differs from the daemon's, so it is always said.
    onOutputLimit: spec.onOutputLimit ?? "truncate",
    network: spec.network ?? "none",
    gateways: spec.gateways ?? false,
  })
}

/** Port `Sandbox` over protocol v1. Disconnects are hidden by re-attaching; a box that was replaced is `BoxLost`. */
export const SandboxHttp: Layer.Layer<Sandbox, never, SandboxTransport> = Layer.effect(
  Sandbox,
  Effect.gen(function* () {
    const client = makeSandboxClient(yield* SandboxTransport)

    return Sandbox.of({
      open: (spec) =>
        client
          .json(
            {
              operation: "open",
              method: "POST",
              // The id also where it can be seen without reading the body: a container belongs to one session.
              path: `/v1/sessions?session=${encodeURIComponent(spec.id)}`,
              body: {
                id: spec.id,
                egress: {
                  gateways: spec.gateways,
                  registries: spec.registries,
                  setup: spec.hosts?.setup ?? [],
                  tests: spec.hosts?.tests ?? [],
                },
                reapAfterMs: spec.reapAfterMs,
              },
            },
            SessionOpened,
          )
          .pipe(Effect.tap((opened) => Effect.sync(() => client.opened(opened.id, opened.instanceId)))),

      close: (sessionId) =>
        client
          .text({ operation: "close", method: "DELETE", path: sessionPath(sessionId) }, ["session_not_found"])
          .pipe(Effect.andThen(Effect.sync(() => client.closed(sessionId)))),

      exec: (sessionId, spec) =>
        Effect.flatMap(toRequest(spec), (request) => followExec(client, sessionId, request, spec.onOutput ?? (() => {}))),

      cancelExec: (sessionId, execId) =>
        client
          .text(
            { operation: "cancelExec", method: "DELETE", path: sessionPath(sessionId, "execs", encodeURIComponent(execId)), sessionId },
            ["exec_not_found", "exec_forgotten"],
          )
          .pipe(Effect.asVoid),

      readFile: (sessionId, path) =>
        client.file({ operation: "readFile", method: "GET", path: filePath(sessionId, path), file: path, sessionId }),

      writeFile: (sessionId, path, content) =>
        client
          .text({ operation: "writeFile", method: "PUT", path: filePath(sessionId, path), file: path, sessionId, body: content })
          .pipe(Effect.asVoid),

      saveState: (sessionId, key) =>
        client.json(
          { operation: "saveState", method: "PUT", path: sessionPath(sessionId, "states", key), sessionId, timeoutMs: STATE_TIMEOUT_MS },
          StateSaved,
        ),

      restoreState: (sessionId, key) =>
        client.json(
          {
            operation: "restoreState",
            method: "POST",
            path: sessionPath(sessionId, "states", key, "restore"),
            sessionId,
            timeoutMs: STATE_TIMEOUT_MS,
          },
          StateRestored,
        ),

      refusals: (sessionId) =>
        client
          .json({ operation: "refusals", method: "GET", path: sessionPath(sessionId, "refusals"), sessionId }, Refusals)
          .pipe(Effect.map(({ refusals }) => refusals)),

      capabilities: client.json({ operation: "capabilities", method: "GET", path: "/v1/capabilities" }, SandboxdCapabilities),
    })
  }),
)
