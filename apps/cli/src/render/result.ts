import type { TaskDetail } from "@loom/core/domain/TaskView"
import type { Counts } from "@loom/core/domain/TestReport"
import type { Colors } from "./colors.ts"
import { fit, plain, wrap } from "./text.ts"

/** A unified diff with the colours of `git diff`, each line cut to `columns`; at most `maxLines` of it. */
export const diffLines = (diff: string, columns: number, colors: Colors, maxLines = 120): ReadonlyArray<string> => {
  const lines = diff.trimEnd().split("\n")
  const shown = lines.slice(0, maxLines).map((line) => paint(fit(plain(line.replaceAll("\t", "  ")), columns), colors))
  return lines.length > maxLines ? [...shown, colors.dim(`… ${lines.length - maxLines} more lines`)] : shown
}

const paint = (line: string, colors: Colors): string => {
  if (/^(diff |index |\+\+\+ |--- )/.test(line)) return colors.bold(line)
  if (line.startsWith("@@")) return colors.cyan(line)
  if (line.startsWith("+")) return colors.green(line)
  return line.startsWith("-") ? colors.red(line) : line
}

/** Passed, failed and skipped before and after, then the tests that changed, by name. */
export const testTable = (detail: TaskDetail, columns: number, colors: Colors): ReadonlyArray<string> => {
  const comparison = detail.outcome?.comparison ?? null
  if (comparison === null) return ["No tests were compared."]
  const row = (name: keyof Counts, paintAfter: (text: string) => string) =>
    `${name.padEnd(10)}${String(comparison.base[name]).padStart(8)}${paintAfter(String(comparison.head[name]).padStart(8))}`
  const named = (word: string, ids: ReadonlyArray<string>, paintWord: (text: string) => string) =>
    ids
      .slice(0, maxNamed)
      .map((id) => `${paintWord(word.padEnd(14))}${fit(plain(id), columns - 14)}`)
      .concat(ids.length > maxNamed ? [colors.dim(`${"".padEnd(14)}… and ${ids.length - maxNamed} more`)] : [])
  return [
    colors.bold(`${"tests".padEnd(10)}${"before".padStart(8)}${"after".padStart(8)}`),
    row("passed", colors.green),
    row("failed", comparison.head.failed > 0 ? colors.red : (text) => text),
    row("skipped", (text) => text),
    ...named("fixed", comparison.fixed, colors.green),
    ...named("new", comparison.added, colors.green),
    ...named("regressed", comparison.regressed, colors.red),
    ...named("still failing", comparison.stillFailing, colors.yellow),
    ...named("flaky", comparison.flaky, colors.yellow),
    ...named("removed", comparison.removed, colors.yellow),
  ]
}

const maxNamed = 12

/** Why there is no proven pull request: reason, remedy and evidence. */
export const failureLines = (detail: TaskDetail, reason: string, columns: number, colors: Colors): ReadonlyArray<string> => {
  const evidence = detail.outcome?.failure?.evidence ?? null
  return [
    colors.red(`The task is ${detail.status}${detail.outcome?.verdict == null ? "" : `, verdict ${detail.outcome.verdict}`}.`),
    ...wrap(plain(reason), columns),
    ...(evidence === null
      ? []
      : [
          "",
          ...evidence
            .trimEnd()
            .split("\n")
            .slice(-20)
            .map((line) => colors.dim(fit(`  ${plain(line)}`, columns))),
        ]),
  ]
}
