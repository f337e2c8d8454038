import { Effect } from "effect"
import type { Change } from "../domain/Change.ts"
import { checkChange } from "../domain/check-change.ts"
import { noGateReport, type TestProof } from "../domain/Gate.ts"
import { fromMissedLines } from "../domain/gates/coverage.ts"
import { newDependencies } from "../domain/gates/dependencies.ts"
import { gateReport, type GateInput } from "../domain/gates/report.ts"
import { settingOf } from "../domain/gates/settings.ts"
import { isProduction, isTestFile } from "../domain/path-kinds.ts"
import { stem } from "../domain/cheats/Rule.ts"
import type { RepositoryConfig } from "../domain/RepositoryConfig.ts"
import type { TestReport } from "../domain/TestReport.ts"
import { type DiffFile, parseDiff } from "../domain/unified-diff.ts"
import type { CheatFinding } from "../domain/Verdict.ts"
import { Sandbox } from "../ports/Sandbox.ts"
import { checkBase, checkHead, needsBase, outcomeOf } from "./check-code.ts"
import { restoreInto } from "./prepare.ts"
import { proveTests, type Tested } from "./prove-tests.ts"
import type { Checkpoint } from "./RunContext.ts"
import type { VerifyInput } from "./VerifyInput.ts"

const READ_MS = 30_000
const MAX_TEST_FILES = 20
const MAX_TEST_TEXT = 256 * 1024

const read = Effect.fn("gateChange.read")(function* (
  { box, recipe }: VerifyInput,
  id: string,
  script: string,
  args: ReadonlyArray<string>,
  cwd: string,
) {
  const result = yield* (yield* Sandbox).exec(box, {
    id,
    argv: ["bash", "-c", script, "loom", ...args],
    cwd,
    env: recipe.env,
    timeoutMs: READ_MS,
    maxOutputBytes: MAX_TEST_TEXT,
    network: "none",
  })
  return result.stdout
})

/** The tests that are about the changed code: those that failed at the base, and those named like a changed file. */
const testText = Effect.fn("gateChange.testText")(function* (
  verification: VerifyInput,
  files: ReadonlyArray<DiffFile>,
  base: TestReport | null,
  key: string,
) {
  const subjects = new Set(files.filter((file) => isProduction(file.path)).map((file) => stem(file.path)))
  if (base === null || subjects.size === 0) return ""
  const paths = new Set(
    base.tests
      .filter((test) => test.file !== null && (test.status === "failed" || subjects.has(stem(test.file))))
      .flatMap((test) => test.file ?? [])
      .filter((path) => isTestFile(path) && !path.startsWith("-") && !path.startsWith("/")),
  )
  return paths.size === 0
    ? ""
    : yield* read(verification, `${key}.test-text`, 'cat -- "$@" 2>/dev/null || true', [...paths].slice(0, MAX_TEST_FILES), ".")
})

/** Licences of installed npm packages, from their own package.json. */
const installedLicences = Effect.fn("gateChange.licences")(function* (
  verification: VerifyInput,
  files: ReadonlyArray<DiffFile>,
  key: string,
) {
  const names = newDependencies(files)
    .filter((one) => one.ecosystem === "npm")
    .map((one) => one.name)
  if (names.length === 0 || settingOf(verification.admitted.config.gates, "dependencies") === "off") return new Map<string, string>()
  const script =
    'for n in "$@"; do if [ -f "node_modules/$n/package.json" ]; then printf "%s\\t" "$n"; tr -d "\\n" < "node_modules/$n/package.json" | grep -o "\\"license\\" *: *\\"[^\\"]*\\"" | head -n 1; echo; fi; done'
  const text = yield* read(verification, `${key}.licences`, script, names.slice(0, 50), verification.recipe.cwd)
  return new Map(
    text.split("\n").flatMap((line): ReadonlyArray<readonly [string, string]> => {
      const [, name, licence] = /^(\S+)\t"license" *: *"([^"]*)"/.exec(line) ?? []
      return name === undefined || licence === undefined ? [] : [[name, licence]]
    }),
  )
})

/** What the repository's settings make of the diff check. */
const underSettings = (findings: ReadonlyArray<CheatFinding>, config: RepositoryConfig): ReadonlyArray<CheatFinding> =>
  findings.flatMap((finding): ReadonlyArray<CheatFinding> => {
    const setting = settingOf(config.gates, finding.rule === "protected_path" ? "protected_paths" : "cheats")
    return setting === "off" ? [] : [setting === "warn" ? { ...finding, severity: "warn" } : finding]
  })

/** Lines that no test ran, where the runner's report names them. */
const missedLines = (head: TestReport | null): Readonly<Record<string, ReadonlyArray<number>>> | null => {
  const report: (TestReport & { readonly coverage?: { readonly missed?: Readonly<Record<string, ReadonlyArray<number>>> } }) | null = head
  return report?.coverage?.missed ?? null
}

const NOT_YET = "Not checked: the change was sent back for its tests first."

/**
 * Every gate besides the comparison. What needs the sandbox (the change's tests on the base, linters, type checkers) runs only when the
 * tests let the change through; the tree is the base's or the head's afterwards.
 */
export const gateChange = Effect.fn("gateChange")(function* (
  verification: VerifyInput,
  frozen: Checkpoint,
  change: Change,
  tested: Tested | null,
  key: string,
) {
  const { admitted, box } = verification
  const { config } = admitted
  const files = parseDiff(change.patch)
  const verdict = tested?.comparison.verdict ?? "no_tests"
  const letsThrough = verdict === "pass" || verdict === "existing_failures_only" || verdict === "no_tests"
  if (files.length === 0) return { findings: [], gate: noGateReport }
  yield* restoreInto(box, admitted, frozen, `${key}.before-gate`)
  const cheats = underSettings(
    checkChange({
      patch: change.patch,
      allowPaths: config.allow_paths ?? [],
      protectPaths: config.protect_paths ?? [],
      testText: yield* testText(verification, files, tested?.base ?? null, key),
    }),
    config,
  )
  const blocked = cheats.some((finding) => finding.severity === "block")
  const idle = { findings: null, summary: NOT_YET } as const
  const notProven: TestProof = {
    status: "not_checked",
    reason: tested === null ? "The repository has no tests that Loom could run." : NOT_YET,
    tests: [],
  }
  const of = (more: Pick<GateInput, "tests" | "lint" | "types" | "licences">) => ({
    findings: cheats,
    gate: gateReport({ files, config, cheats, coverage: missed === null ? null : fromMissedLines(files, missed), ...more }),
  })
  const missed = missedLines(tested?.head ?? null)
  if (!letsThrough || blocked) return of({ tests: notProven, lint: idle, types: idle, licences: new Map() })

  const licences = yield* installedLicences(verification, files, key)
  const head = yield* checkHead(verification, files, key)
  const wantsProof = tested !== null && verdict !== "no_tests" && settingOf(config.gates, "tests") !== "off"
  const tests = wantsProof ? yield* proveTests(verification, change.patch, tested, key) : notProven
  if (needsBase(head)) yield* restoreInto(box, admitted, null, `${key}.before-base-checks`)
  const base = needsBase(head) ? yield* checkBase(verification, head, key) : new Map()
  return of({ tests, lint: outcomeOf("lint", head, base), types: outcomeOf("types", head, base), licences })
})
