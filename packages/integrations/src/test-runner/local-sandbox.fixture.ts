import { Sandbox, SandboxError, InvalidRequest, type ExecResult, type ExecSpec } from "@loom/core/ports/Sandbox"
import { Effect, Layer } from "effect"
import { spawn } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** Ends the whole process group: a test runner leaves children. */
const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // It ended by itself meanwhile.
  }
}

/** The machine's way to its package registries, and nothing else of its environment. */
const ambient = Object.fromEntries(
  Object.entries(process.env).filter(([name]) =>
    /^(PATH|PIP_\w+|npm_config_(registry|cafile|cache)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|https?_proxy|no_proxy)$/i.test(
      name,
    ),
  ),
)

const run = (root: string, home: string, spec: ExecSpec): Promise<ExecResult> =>
  new Promise((resolve) => {
    const start = Date.now()
    const [file = "true", ...args] = spec.argv
    const child = spawn(file, args, {
      cwd: join(root, spec.cwd ?? "."),
      detached: true,
      env: { ...ambient, HOME: home, LANG: "C.UTF-8", ...spec.env },
    })
    const out = { stdout: "", stderr: "" }
    let reason: ExecResult["reason"] = null
    const timer = setTimeout(() => {
      reason = "timeout"
      killGroup(child.pid)
    }, spec.timeoutMs)
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        out[stream] += text
        spec.onOutput?.(text)
      })
    }
    // A process that ends without reading its input is no error.
    child.stdin.on("error", () => {})
    child.stdin.end(spec.stdin ?? "")
    child.on("close", (exitCode, signal) => {
      clearTimeout(timer)
      killGroup(child.pid)
      resolve({ ...out, exitCode, signal, reason, durationMs: Date.now() - start, truncated: false })
    })
  })

/** For tests only: the Sandbox port over plain processes in `root`, with no wall at all. Finished execs answer again by their id. */
export const localSandbox = (root: string, home: string): Layer.Layer<Sandbox> => {
  const finished = new Map<string, Promise<ExecResult>>()
  const refuse = (operation: string) =>
    Effect.fail(new SandboxError({ operation, reason: new InvalidRequest({ detail: "not part of the local sandbox" }) }))
  mkdirSync(home, { recursive: true })
  return Layer.succeed(
    Sandbox,
    Sandbox.of({
      open: (spec) => Effect.succeed({ id: spec.id, instanceId: "local", created: true }),
      close: () => Effect.void,
      exec: (_, spec) =>
        Effect.promise(() => {
          const known = finished.get(spec.id) ?? run(root, home, spec)
          finished.set(spec.id, known)
          return known
        }),
      cancelExec: () => refuse("cancelExec"),
      readFile: (_, path) => Effect.sync(() => readFileSync(join(root, path), "utf8")),
      writeFile: (_, path, content) =>
        Effect.sync(() => {
          mkdirSync(dirname(join(root, path)), { recursive: true })
          writeFileSync(join(root, path), content)
        }),
      saveState: () => Effect.succeed({ outcome: "off", bytes: 0, ms: 0 }),
      restoreState: () => Effect.succeed({ outcome: "off", bytes: 0, ms: 0 }),
      refusals: () => Effect.succeed([]),
      capabilities: Effect.succeed({ version: "1", isolator: "none", ready: true, enforced: {}, problems: [] }),
    }),
  )
}
