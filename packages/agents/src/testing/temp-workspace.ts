import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Effect, Layer } from "effect"
import type { TestReport } from "@loom/core/domain/TestReport"
import type { Refusal } from "@loom/core/domain/SandboxProtocol"
import { FileRefused, Sandbox, SandboxError, type ExecResult } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"

const unused = (operation: string) => Effect.die(`${operation} is not part of these tests`)

const refusedHost = (host: string): Refusal => ({
  via: "registry",
  phase: "tests",
  host,
  port: 443,
  reason: "not listed",
  message: `blocked host: ${host}; allow with LOOM_TEST_HOSTS=${host}`,
  count: 1,
  firstAt: 0,
  lastAt: 0,
})

/**
 * A repository in a temporary directory behind the ports Sandbox and TestRunner: programs really run (without walls: the
 * tests' own commands only), and an exec id that was seen attaches to the first result. The tests' verdict is `node check.js`. A host that
 * a command names as `https://…` is refused.
 */
export const tempWorkspace = (files: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "loom-agents-"))),
    (root) => Effect.sync(() => rmSync(root, { recursive: true, force: true })),
  ).pipe(
    Effect.map((root) => {
      const write = (path: string, content: string) => {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), content)
      }
      const run = (argv: ReadonlyArray<string>, timeoutMs: number) =>
        Effect.callback<ExecResult>((resume) => {
          const [program = "", ...rest] = argv
          execFile(program, rest, { cwd: root, timeout: timeoutMs, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
            const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : null
            resume(
              Effect.succeed({
                exitCode,
                signal: error?.signal ?? null,
                reason: error?.killed === true ? "timeout" : null,
                stdout,
                stderr,
                durationMs: 1,
                truncated: false,
              }),
            )
          })
        })
      for (const [path, content] of Object.entries(files)) write(path, content)
      const finished = new Map<string, ExecResult>()
      const started: Array<string> = []
      const refusals: Array<Refusal> = []
      const exec = (id: string, argv: ReadonlyArray<string>, timeoutMs: number) =>
        Effect.gen(function* () {
          const earlier = finished.get(id)
          if (earlier !== undefined) return earlier
          started.push(id)
          const result = yield* run(argv, timeoutMs)
          finished.set(id, result)
          return result
        })
      const refused = (path: string, operation: string) =>
        new SandboxError({ operation, reason: new FileRefused({ path, detail: "no such file" }) })
      const sandbox = Layer.succeed(Sandbox, {
        open: () => unused("open"),
        close: () => unused("close"),
        cancelExec: () => unused("cancelExec"),
        saveState: () => unused("saveState"),
        restoreState: () => unused("restoreState"),
        refusals: () => Effect.sync(() => [...refusals]),
        capabilities: unused("capabilities"),
        exec: (_session, spec) => {
          for (const [, host] of spec.argv.join(" ").matchAll(/https:\/\/([\w.]+)/g))
            if (host !== undefined) refusals.push(refusedHost(host))
          return exec(spec.id, spec.argv, spec.timeoutMs)
        },
        readFile: (_session, path) =>
          Effect.try({ try: () => readFileSync(join(root, path), "utf8"), catch: () => refused(path, "readFile") }),
        writeFile: (_session, path, content) => Effect.sync(() => write(path, content)),
      })
      const runner = Layer.succeed(TestRunner, {
        resolveRecipe: () => unused("resolveRecipe"),
        install: () => unused("install"),
        run: (_session, key) =>
          exec(key, ["node", "check.js"], 60_000).pipe(
            Effect.map((result): TestReport => {
              const passed = result.exitCode === 0
              const test = {
                id: "check.js",
                file: "check.js",
                name: "check",
                status: passed ? "passed" : "failed",
                durationMs: 1,
                message: passed ? null : result.stderr.slice(0, 500),
                location: null,
              } as const
              return {
                runner: "exit-code",
                format: "machine",
                tests: [test],
                loadErrors: [],
                counts: { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 },
                exitCode: result.exitCode,
                ended: "exited",
                complete: true,
                problem: null,
                durationMs: 1,
                outputTail: "",
              }
            }),
          ),
      })
      return {
        root,
        read: (path: string) => readFileSync(join(root, path), "utf8"),
        started,
        git: run,
        layer: Layer.mergeAll(sandbox, runner),
      }
    }),
    Effect.tap(({ git }) => git(["git", "init", "-q"], 10_000)),
    Effect.tap(({ git }) => git(["git", "add", "-A"], 10_000)),
  )
