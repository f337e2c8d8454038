import { Effect } from "effect"
import { blockedSince } from "@loom/core/domain/blocked-since"
import type { Recipe } from "@loom/core/domain/Recipe"
import type { Refusal } from "@loom/core/domain/SandboxProtocol"
import { SandboxError, type ExecResult, type Sandbox } from "@loom/core/ports/Sandbox"
import type { TestRunner } from "@loom/core/ports/TestRunner"
import { boundOutput } from "./bound-output.ts"
import { CoderToolkit } from "./CoderToolkit.ts"
import { describeReport } from "./describe-report.ts"
import { execId } from "./exec-id.ts"
import { replaceText } from "./replace-text.ts"
import { filePath, repositoryPath } from "./repository-path.ts"
import { ToolProblem } from "./ToolProblem.ts"

/** Where and for which step the tools work. */
export interface Workbench {
  readonly sandbox: Sandbox["Service"]
  readonly runner: TestRunner["Service"]
  readonly sessionId: string
  readonly recipe: Recipe
  /** Names the durable step; ids of execs are made from it. */
  readonly key: string
  /** Number of the tool call within the step. */
  readonly call: number
}

const QUICK_MS = 60_000
/** The kernel takes 128 KiB; a character has up to three bytes. */
const MAX_COMMAND_CHARS = 40_000
const TESTS_MS = 15 * 60_000
const problem = (explanation: string) => new ToolProblem({ explanation })

/** A file that is not there, or is a directory, is the model's to mend; everything else of the sandbox is not. */
const explainFile = (error: SandboxError) =>
  error.reason._tag === "FileRefused" ? problem(`${error.reason.path}: ${error.reason.detail}`) : error

/** Why a command did not end by itself, for the model. */
const ended = (result: ExecResult): string =>
  result.reason === null ? `exit code ${result.exitCode ?? `none (${result.signal ?? "killed"})`}` : `ended by ${result.reason}`

/** Handlers of the coder's tools for one tool call. Everything that touches a file or runs a program goes through the sandbox. */
export const coderHandlers = ({ sandbox, runner, sessionId, recipe, key, call }: Workbench) => {
  const exec = (argv: ReadonlyArray<string>, timeoutMs = QUICK_MS, network: "none" | "tests" = "none") =>
    sandbox.exec(sessionId, { id: execId(key, call, argv), argv, timeoutMs, env: recipe.env, network, gateways: false })
  // Only to explain with: a box that is gone says so to the command itself.
  const refusals = sandbox.refusals(sessionId).pipe(Effect.orElseSucceed((): ReadonlyArray<Refusal> => []))
  const readFile = (path: string) => sandbox.readFile(sessionId, path).pipe(Effect.mapError(explainFile))
  const writeFile = (path: string, content: string) => sandbox.writeFile(sessionId, path, content).pipe(Effect.mapError(explainFile))

  return CoderToolkit.of({
    list: Effect.fn("tool.list")(function* ({ path = "." }) {
      const directory = yield* repositoryPath(path)
      const result = yield* exec([
        "git",
        "-c",
        "safe.directory=*",
        "-c",
        "core.quotePath=off",
        "ls-files",
        "-co",
        "--exclude-standard",
        "--deduplicate",
        "--",
        directory,
      ])
      if (result.exitCode !== 0) return yield* problem(`git ls-files: ${result.stderr.slice(0, 500)}`)
      const files = result.stdout.trimEnd().split("\n").toSorted().join("\n")
      return files === "" ? `There is no file under ${directory}.` : boundOutput(files, "List a subdirectory.")
    }),

    read: Effect.fn("tool.read")(function* ({ path, offset = 1, limit = 600 }) {
      const file = yield* filePath(path)
      const lines = (yield* readFile(file)).replace(/^\uFEFF/, "").split("\n")
      if (lines.at(-1) === "") lines.pop()
      if (lines.length === 0) return `${file} is empty.`
      if (offset > lines.length) return yield* problem(`${file} has ${lines.length} lines only.`)
      const last = Math.min(lines.length, offset + limit - 1)
      const text = lines
        .slice(offset - 1, last)
        .map((line, index) => `${offset + index}\t${line.replace(/\r$/, "").slice(0, 2000)}`)
        .join("\n")
      return boundOutput(`${file}, lines ${offset} to ${last} of ${lines.length}\n${text}`, "Read fewer lines with offset and limit.")
    }),

    search: Effect.fn("tool.search")(function* ({ pattern, path = ".", glob }) {
      const where = yield* repositoryPath(path)
      const result = yield* exec([
        "rg",
        "--line-number",
        "--no-heading",
        "--with-filename",
        "--color=never",
        "--sort=path",
        "--hidden",
        "--glob=!.git",
        "--max-columns=300",
        "--max-columns-preview",
        "--max-count=100",
        ...(glob === undefined ? [] : [`--glob=${glob}`]),
        "-e",
        pattern,
        "--",
        where,
      ])
      if (result.exitCode === 1) return "Nothing found."
      if (result.exitCode !== 0) return yield* problem(`ripgrep: ${result.stderr.slice(0, 500) || ended(result)}`)
      return boundOutput(result.stdout.replaceAll(/^\.\//gm, "").trimEnd(), "Search for something narrower.")
    }),

    edit: Effect.fn("tool.edit")(function* ({ path, oldText, newText }) {
      const file = yield* filePath(path)
      const replaced = replaceText(yield* readFile(file), oldText, newText)
      if (replaced._tag === "Refused") return yield* problem(`${file}: ${replaced.explanation}`)
      if (replaced._tag === "AlreadyApplied") return `${file} already reads so; nothing was changed.`
      yield* writeFile(file, replaced.text)
      return `Replaced in ${file} at line ${replaced.line}${replaced.note === null ? "" : ` (${replaced.note})`}.`
    }),

    write: Effect.fn("tool.write")(function* ({ path, content }) {
      const file = yield* filePath(path)
      yield* writeFile(file, content)
      return `Wrote ${file} (${content.split("\n").length} lines).`
    }),

    delete: Effect.fn("tool.delete")(function* ({ path }) {
      const file = yield* filePath(path)
      // Without -r: one file, never a tree. With -f: deleting what a repeated step has deleted is success.
      const result = yield* exec(["rm", "-f", "--", file])
      return result.exitCode === 0 ? `Deleted ${file}.` : yield* problem(`${file}: ${result.stderr.slice(0, 300) || ended(result)}`)
    }),

    bash: Effect.fn("tool.bash")(function* ({ command, timeoutSeconds = 120 }) {
      if (command.length > MAX_COMMAND_CHARS)
        return yield* problem(`A command has at most ${MAX_COMMAND_CHARS} characters. Write a long text with the write tool.`)
      // A command may run the tests, and a test may run any command: one permission for both.
      const before = yield* refusals
      const result = yield* exec(["bash", "-c", command], timeoutSeconds * 1000, "tests")
      const blocked = blockedSince(before, yield* refusals).map((message) => `[${message}]\n`)
      const output = [result.stdout.trimEnd(), ...(result.stderr.trim() === "" ? [] : [`[stderr]\n${result.stderr.trimEnd()}`])].join("\n")
      return boundOutput(`[${ended(result)}]\n${blocked.join("")}${output}`, "Filter with grep, head or tail.")
    }),

    run_tests: Effect.fn("tool.run_tests")(function* ({ only }) {
      if (recipe.test.length === 0) return yield* problem("This repository has no tests that Loom can run. Check your work with bash.")
      const argv = ["run_tests", ...(only ?? [])]
      const report = yield* runner.run(sessionId, execId(key, call, argv), recipe, {
        timeoutMs: TESTS_MS,
        onOutput: () => {},
        ...(only === undefined || only.length === 0 ? {} : { only }),
      })
      return describeReport(report)
    }),

    finish: (work) => Effect.succeed(work),
  })
}
