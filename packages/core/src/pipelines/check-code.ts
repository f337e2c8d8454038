import { Effect } from "effect"
import type { GateFinding } from "../domain/Gate.ts"
import { type Checker, checkers, type CheckerSnapshot, isCheckerConfig, newFindings, readFindings } from "../domain/gates/checkers.ts"
import type { CheckerOutcome } from "../domain/gates/report.ts"
import { settingOf } from "../domain/gates/settings.ts"
import type { DiffFile } from "../domain/unified-diff.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { Sandbox } from "../ports/Sandbox.ts"
import type { VerifyInput } from "./VerifyInput.ts"

const TOOL_MS = 120_000
const MAX_TOOLS = 4
const MAX_FILES = 200
/** Tools that the repository's install brought, before those of the machine. */
const PATH = 'export PATH="$PWD/node_modules/.bin:$HOME/tools/node_modules/.bin:$HOME/venv/bin:$PATH"'
const SETTINGS_FILES = ["package.json", "pyproject.toml", "setup.cfg", "tox.ini", "Cargo.toml"]
const MARK = "--- loom ---"

/** One tool that runs here, and what it said of the head. */
interface Run {
  readonly checker: Checker
  readonly files: ReadonlyArray<string>
  readonly findings: ReadonlyArray<GateFinding> | null
  readonly problem: string
}
export interface HeadChecks {
  readonly runs: ReadonlyArray<Run>
  readonly configChanged: ReadonlyArray<string>
}

const inPackage = (cwd: string, path: string): string | null =>
  cwd === "." ? path : path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : null
const fromPackage = (cwd: string, path: string): string => (cwd === "." ? path : `${cwd}/${path}`)

const run = Effect.fn("checkCode.run")(function* (
  { box, recipe }: VerifyInput,
  checker: Checker,
  files: ReadonlyArray<string>,
  id: string,
) {
  const settings = yield* RunSettings
  const program = checker.script.includes("xargs go") ? "go" : (/^[\w./-]+/.exec(checker.script)?.[0] ?? "")
  // Files that are not there on this side are not asked about; a tool that is not there says so with 127.
  const script = `${PATH}\ncommand -v ${program} >/dev/null || exit 127\npwd -P\nfor f in "$@"; do shift; [ ! -f "$f" ] || set -- "$@" "$f"; done\n[ $# -gt 0 ] || exit 0\n${checker.script}`
  const result = yield* (yield* Sandbox).exec(box, {
    id,
    argv: ["bash", "-c", script, "loom", ...files],
    cwd: recipe.cwd,
    env: { ...settings.sandboxEnv, ...recipe.env, CI: "1", NO_COLOR: "1", PYTHONDONTWRITEBYTECODE: "1" },
    timeoutMs: TOOL_MS,
    network: "none",
  })
  const [root = "", ...lines] = result.stdout.split("\n")
  const findings = readFindings(checker, lines.join("\n"), root).map((found) => ({
    ...found,
    file: found.file === null ? null : fromPackage(recipe.cwd, found.file),
  }))
  const last = `${result.stderr}\n${lines.join("\n")}`.trim().split("\n").at(-1)?.slice(0, 200) ?? ""
  const problem =
    result.exitCode === 127
      ? `${checker.name} is configured but not installed here`
      : result.reason !== null
        ? `${checker.name} was ended (${result.reason})`
        : result.exitCode !== 0 && findings.length === 0
          ? `${checker.name} could not run: ${last}`
          : ""
  return { checker, files, findings: problem === "" ? findings : null, problem } satisfies Run
})

const snapshot = Effect.fn("checkCode.snapshot")(function* ({ box, recipe }: VerifyInput, id: string) {
  const script = `ls -A1\nfor f in ${SETTINGS_FILES.join(" ")}; do if [ -f "$f" ]; then echo "${MARK}$f"; head -c 200000 "$f"; echo; fi; done`
  const result = yield* (yield* Sandbox).exec(box, {
    id,
    argv: ["bash", "-c", script],
    cwd: recipe.cwd,
    timeoutMs: 30_000,
    network: "none",
  })
  const [names = "", ...texts] = result.stdout.split(MARK)
  return {
    names: new Set(names.split("\n").filter((name) => name !== "")),
    texts: new Map(texts.map((text) => [text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n") + 1)])),
  } satisfies CheckerSnapshot
})

/** The repository's own linters and type checkers on the changed files of the head, which must be in the tree. */
export const checkHead = Effect.fn("checkHead")(function* (verification: VerifyInput, files: ReadonlyArray<DiffFile>, key: string) {
  const { admitted, recipe } = verification
  const wanted = checkers.filter((checker) => settingOf(admitted.config.gates, checker.gate) !== "off")
  const changed = files
    .filter((file) => file.status !== "deleted")
    .flatMap((file) => inPackage(recipe.cwd, file.path) ?? [])
    .filter((path) => !path.startsWith("-"))
  const touched = (checker: Checker) => changed.filter((path) => checker.files.test(path)).slice(0, MAX_FILES)
  const runs: Array<Run> = []
  if (wanted.some((checker) => touched(checker).length > 0)) {
    const known = yield* snapshot(verification, `${key}.checkers`)
    for (const checker of wanted.filter((one) => touched(one).length > 0 && one.configured(known)).slice(0, MAX_TOOLS))
      runs.push(yield* run(verification, checker, touched(checker), `${key}.check.${checker.name.replaceAll(" ", "-")}`))
  }
  return { runs, configChanged: files.map((file) => file.path).filter(isCheckerConfig) } satisfies HeadChecks
})

/** Whether the base has to be asked: only for what the head complains about. */
export const needsBase = (head: HeadChecks): boolean => head.runs.some((one) => (one.findings ?? []).length > 0)

/** The same tools on the base, which must be in the tree; answers each tool's findings by its name. */
export const checkBase = Effect.fn("checkBase")(function* (verification: VerifyInput, head: HeadChecks, key: string) {
  const found = new Map<string, ReadonlyArray<GateFinding> | null>()
  for (const { checker, files, findings } of head.runs)
    if ((findings ?? []).length > 0)
      found.set(checker.name, (yield* run(verification, checker, files, `${key}.check-base.${checker.name.replaceAll(" ", "-")}`)).findings)
  return found
})

/** One gate's word: new findings only. */
export const outcomeOf = (
  gate: "lint" | "types",
  head: HeadChecks,
  base: ReadonlyMap<string, ReadonlyArray<GateFinding> | null>,
): CheckerOutcome => {
  const what = gate === "lint" ? "linter" : "type checker"
  const runs = head.runs.filter((one) => one.checker.gate === gate)
  const ran = runs.filter((one) => one.findings !== null && !(one.findings.length > 0 && base.get(one.checker.name) === null))
  const problems = [
    ...runs.filter((one) => one.findings === null).map((one) => one.problem),
    ...runs.filter((one) => one.findings !== null && !ran.includes(one)).map((one) => `${one.checker.name} does not run on the base`),
  ]
  if (runs.length === 0) return { findings: null, summary: `No ${what} is configured for the changed files.` }
  if (ran.length === 0) return { findings: null, summary: `Not checked: ${problems.join("; ")}.` }
  const findings = ran.flatMap((one) => newFindings(base.get(one.checker.name) ?? [], one.findings ?? []))
  const changed = head.configChanged.map((file): GateFinding => ({
    severity: "warn",
    file,
    line: null,
    text: "",
    explanation: `The change edits what the ${what} is told.`,
  }))
  const names = ran.map((one) => one.checker.name).join(", ")
  const also = problems.length === 0 ? "" : ` Not checked: ${problems.join("; ")}.`
  return {
    findings: [...findings, ...changed],
    summary: `${names}: ${findings.length === 0 ? "nothing new" : `${findings.length} new ${findings.length === 1 ? "finding" : "findings"}`}.${also}`,
  }
}
