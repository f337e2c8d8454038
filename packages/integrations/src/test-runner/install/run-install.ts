import type { Recipe } from "@loom/core/domain/Recipe"
import type { Sandbox, SandboxError } from "@loom/core/ports/Sandbox"
import { SetupFailed, type Attempt } from "@loom/core/ports/TestRunner"
import { Effect, type Context } from "effect"
import { noteTree, restoreTree } from "../harness/harness.ts"
import { sectionFunction } from "../sections.ts"
import { digest, plain, prelude } from "../shell.ts"
import { nextFix } from "./fixes.ts"
import { remedyFor } from "./remedies.ts"

const LINE_TIMEOUT_MS = 15 * 60_000
const MAX_ATTEMPTS = 5
const SHORT_MS = 60_000

/** The tool's own words: the last 60 lines without its progress, at most 4,000 characters. */
const errorLines = (output: string): string => {
  const lines = plain(output)
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^npm (warn|http|timing)|A complete log of this run|^Progress:/.test(line))
  return lines.slice(-60).join("\n").slice(-4000)
}

/** A command as people read it: a fix that is a whole program is told by the line it mends; `Attempt.fix` says what was done. */
const shown = (command: string, line: string): string =>
  (command.includes("\n") || command.length > line.length + 120 ? line : command).trim()

/**
 * Runs the install lines one after the other with the registries reachable. A line that fails is tried again with the known fixes, then
 * the set-up ends. Afterwards the tree is as it was: tracked files restored, new untracked ones hidden from git.
 */
export const runInstall = Effect.fn("TestRunner.install")(function* (
  sandbox: Context.Service.Shape<typeof Sandbox>,
  sandboxEnv: Readonly<Record<string, string>>,
  sessionId: string,
  key: string,
  recipe: Recipe,
  onOutput: (text: string) => void,
) {
  const attempts: Array<Attempt> = []
  if (recipe.install.length === 0) return attempts
  const token = yield* Effect.promise(() => digest(`${sessionId}\0${key}\0install`))
  const env = { NO_COLOR: "1", ...sandboxEnv, ...recipe.env }
  const shell = (id: string, script: string, timeoutMs: number, network: "none" | "registries") =>
    sandbox.exec(sessionId, {
      id: `${key}:${id}`,
      argv: ["bash", "-c", script],
      cwd: recipe.cwd,
      env,
      timeoutMs,
      network,
      maxOutputBytes: 1 << 20,
      ...(network === "registries" ? { onOutput } : {}),
    })

  yield* shell("note", `${prelude}${noteTree(token)}`, SHORT_MS, "none")
  for (const [index, line] of recipe.install.entries()) {
    const used = new Set<string>()
    let command = line.command
    let fix: string | null = null
    for (let attempt = 1; ; attempt++) {
      const result = yield* shell(`line${index}:${attempt}`, `${prelude}exec 2>&1 </dev/null\n${command}`, LINE_TIMEOUT_MS, "registries")
      attempts.push({ command: shown(command, line.command), exitCode: result.exitCode, durationMs: result.durationMs, fix })
      if (result.exitCode === 0 && result.reason === null) break
      const output = `${result.stdout}${result.stderr}`
      const next = attempt < MAX_ATTEMPTS && result.reason === null ? nextFix(command, plain(output), used) : null
      if (next === null) {
        return yield* new SetupFailed({
          command: shown(command, line.command),
          exitCode: result.exitCode,
          ended: result.reason,
          output: errorLines(output),
          remedy: remedyFor(output, result.reason),
        })
      }
      used.add(next.name)
      fix = next.name
      command = next.command
      onOutput(`\n[loom] ${next.name}\n`)
    }
  }
  yield* shell("restore", `${prelude}${sectionFunction(token)}${restoreTree(token)}`, SHORT_MS, "none")
  return attempts
}) satisfies (...args: never) => Effect.Effect<ReadonlyArray<Attempt>, SetupFailed | SandboxError>
