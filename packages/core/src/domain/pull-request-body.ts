import type { Work } from "./Change.ts"
import type { Recipe } from "./Recipe.ts"
import type { TaskId } from "./Ids.ts"
import type { Usage } from "./Usage.ts"
import type { CheatFinding, Comparison } from "./Verdict.ts"
import type { GateReport } from "./Gate.ts"
import { gateLines, riskLine, testProofLines } from "./gate-summary.ts"
import { countsTable, spent, testList, verdictIcon, verdictWords } from "./figures.ts"
import { fillTemplate, type Section } from "./pull-request-template.ts"
import { code, fence, oneLine, prose, visible } from "./safe-markdown.ts"

export { changeTitle as pullRequestTitle } from "./commit-message.ts"

export interface PullRequestText {
  readonly issueNumber: number
  /** `Fixes #N` closes the issue only when the base is the default branch; otherwise a plain mention. */
  readonly baseIsDefault: boolean
  /** What the coder says of its work: untrusted. */
  readonly work: Work
  /** Null when there is nothing to run. */
  readonly recipe: Recipe | null
  /** Null when no tests were found. */
  readonly comparison: Comparison | null
  readonly gate: GateReport
  /** Warnings of the diff check and of the reviewer. */
  readonly findings: ReadonlyArray<CheatFinding>
  readonly reviewNotes: ReadonlyArray<string>
  /** The repository's own template from its default branch, or null. */
  readonly template: string | null
  readonly taskId: TaskId
  readonly taskUrl: string
  readonly model: string
  readonly modelNote: string | null
  readonly usage: Usage
  /** E.g. `{ coder: "3f2a…" }`. */
  readonly promptVersions: Readonly<Record<string, string>>
  /** sha-256 of exactly the bytes that `url` serves, and the id of the key that signed them; null when there is none. */
  readonly proof: { readonly sha256: string; readonly keyId: string; readonly url: string } | null
}

const bullets = (items: ReadonlyArray<string>): string => items.map((item) => `- ${oneLine(item, 500)}`).join("\n")

/** Said first and plainly: a reader must not mistake silence for proof. */
const NOTHING_VERIFIED =
  "> ⚠️ **Nothing was verified:** Loom found no tests in this repository, so nothing shows that this change works. Please test it by hand."

const isUnverified = (comparison: Comparison | null): boolean => comparison === null || comparison.verdict === "no_tests"

const commands = (recipe: Recipe): string => {
  // Where each line came from stands beside it: a script of which only the test runner ran must not pass for the whole.
  const lines = [...recipe.install, ...recipe.test].map(
    (line) => `${visible(line.command)}  # ${visible(line.origin).replace(/\s+/g, " ").slice(0, 200)}`,
  )
  return lines.length === 0 ? "" : fence([...(recipe.cwd === "." ? [] : [`cd ${recipe.cwd}`]), ...lines].join("\n"), "sh")
}

/** What the gates say, folded away where a reader has nothing to do. */
const gates = (gate: GateReport): ReadonlyArray<string> => {
  const lines = gateLines(gate)
  return lines.length === 0 ? [] : ["Checks of the change:", "", ...lines]
}

const tested = ({ comparison, gate, recipe }: PullRequestText): string => {
  const ran = recipe === null ? "" : commands(recipe)
  if (comparison === null || comparison.verdict === "no_tests") {
    const checks = gates(gate)
    return [
      "No tests were found, so none were run.",
      ...(ran === "" ? [] : ["", ran]),
      ...(checks.length === 0 ? [] : ["", ...checks]),
    ].join("\n")
  }
  return [
    ...(ran === "" ? [] : [ran, ""]),
    `${verdictIcon(comparison.verdict)} ${verdictWords[comparison.verdict]} ${oneLine(comparison.reason)}`,
    "",
    countsTable(comparison),
    "",
    ...(gate.results.length === 0 ? [] : [...testProofLines(gate.tests), ""]),
    ...testList("Fixed by this change", comparison.fixed),
    ...testList("New tests", comparison.added),
    ...testList("Failed before this change and still fail", comparison.stillFailing),
    ...testList("Differ between two runs of the same code", comparison.flaky),
    ...testList("Failing now", comparison.regressed),
    ...testList("No longer there", comparison.removed),
    ...testList("Unstable without the change too", comparison.unstable ?? []),
    ...gates(gate),
  ]
    .join("\n")
    .trimEnd()
}

/** Findings of the diff check stand with the other gates, where there is a report of them. */
const risks = ({ findings, gate, reviewNotes, work }: PullRequestText): string => {
  const told = gate.results.length > 0
  return (
    bullets([
      ...(told ? [riskLine(gate.risk)] : []),
      ...work.risks,
      ...reviewNotes,
      ...(told ? [] : findings.map((finding) => `${finding.explanation} (${finding.rule} in ${finding.file})`)),
    ]) || "None known."
  )
}

const checklist = (text: PullRequestText): string => {
  const box = (done: boolean, what: string) => `- [${done ? "x" : " "}] ${what}`
  const verdict = text.comparison?.verdict
  return [
    box(verdict === "pass" || verdict === "existing_failures_only", "Tests that passed before still pass"),
    box((text.comparison?.added.length ?? 0) > 0, "Tests were added"),
    box(text.gate.tests.status === "proven", "A test fails without the change and passes with it"),
    box(text.findings.length === 0, "No test was removed, skipped or loosened"),
    box(false, "Reviewed by a person"),
  ].join("\n")
}

const proofLines = ({ proof }: PullRequestText): ReadonlyArray<string> =>
  proof === null
    ? ["- Proof: –"]
    : [
        `- Proof: [sha-256](${proof.url}) ${code(proof.sha256)}, signed with key ${code(proof.keyId)}`,
        `- To check it: ${code(`npm run loom -- verify ${proof.url} --hash ${proof.sha256}`)}`,
      ]

const details = (text: PullRequestText): string => {
  const prompts = Object.entries(text.promptVersions)
    .map(([name, version]) => code(`${name} ${version}`))
    .join(", ")
  return [
    "<details><summary>How Loom made this</summary>",
    "",
    `- Task: [${oneLine(text.taskId)}](${text.taskUrl})`,
    `- Model: ${code(text.model)}${text.modelNote === null ? "" : ` (${oneLine(text.modelNote)})`}`,
    `- Cost: ${spent(text.usage)}`,
    `- Prompts: ${prompts === "" ? "–" : prompts}`,
    ...proofLines(text),
    "",
    "</details>",
  ].join("\n")
}

/** The body of the pull request (product.md "The pull request"): template first, own sections for what it leaves out. Pure; the caller redacts. */
export const pullRequestBody = (text: PullRequestText): string => {
  const sections: ReadonlyArray<Section> = [
    { title: "Summary", matches: /summary|description|overview|purpose|what (does|is)|motivation/i, body: prose(text.work.summary) || "–" },
    { title: "Changes", matches: /^(main |proposed |list of )?changes\b|what changed/i, body: bullets(text.work.changes) || "–" },
    { title: "How it was tested", matches: /test(ed|ing| plan|s)?\b|verif/i, body: tested(text) },
    { title: "Risks and notes", matches: /risk|notes?\b|side effects|additional (context|information)/i, body: risks(text) },
    { title: "Checklist", matches: /^$/, body: checklist(text) },
  ]
  const link = text.baseIsDefault ? `Fixes #${text.issueNumber}` : `For #${text.issueNumber}`
  return (
    [...(isUnverified(text.comparison) ? [NOTHING_VERIFIED] : []), ...fillTemplate(text.template, sections), link, details(text)].join(
      "\n\n",
    ) + "\n"
  )
}
