import type { Plan } from "@loom/core/domain/Change"
import type { GateReport } from "@loom/core/domain/Gate"
import type { Recipe } from "@loom/core/domain/Recipe"
import type { RunFailure, RunOutcome } from "@loom/core/domain/Run"
import type { StageRecord } from "@loom/core/domain/Stage"
import type { SystemStatus, TaskDetail, TaskLogView, TaskSummary } from "@loom/core/domain/TaskView"
import type { Usage } from "@loom/core/domain/Usage"
import type { Comparison } from "@loom/core/domain/Verdict"

/** Canned tasks for the browser tests: what the API would say, changed by the test as time would change it. */
const began = Date.now() - 95_000

const usage: Usage = { requests: 7, inputTokens: 84_210, outputTokens: 3_950, cachedInputTokens: 61_000, costUsd: 0.2134 }
const none: Usage = { requests: 0, inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, costUsd: 0 }

const stage = (
  name: StageRecord["name"],
  from: number,
  to: number | null,
  summary: string,
  outcome: StageRecord["outcome"] = to === null ? "running" : "ok",
): StageRecord => ({
  name,
  startedAt: began + from,
  endedAt: to === null ? null : began + to,
  outcome,
  summary,
})

const early = [
  stage("admit", 0, 420, "ada may ask for this; base branch is main."),
  stage("prepare", 420, 21_300, "Cloned acme/parser, installed 214 packages with npm ci."),
  stage("baseline", 21_300, 33_950, "41 tests pass and 2 fail on the untouched code."),
  stage("plan", 33_950, 41_200, "Escape the separator before the pattern is built."),
]

const runningStages = [...early, stage("code", 41_200, null, "Turn 5: editing src/split.ts")]

const coded = [...early, stage("code", 41_200, 96_000, "Changed 2 files in 9 turns.")]

export const verifyingStages = [...coded, stage("verify", 96_000, null, "")]

const finishedStages = [
  ...coded,
  stage("verify", 96_000, 110_400, "43 tests pass, 1 that failed before still fails."),
  stage("review", 110_400, 118_000, "Approved with score 9 of 10."),
  stage("publish", 118_000, 121_700, "Opened draft pull request #58."),
  stage("close", 121_700, 122_100, "Sandbox stopped, capability revoked."),
]

const pullRequest = { number: 58, url: "https://github.example/acme/parser/pull/58", draft: true, branch: "loom/issue-57", base: "main" }

const comparison: Comparison = {
  verdict: "existing_failures_only",
  reason: "1 test is fixed and 1 is new; 1 test that failed before still fails.",
  base: { passed: 41, failed: 2, skipped: 1 },
  head: { passed: 43, failed: 1, skipped: 1 },
  fixed: ["test/split.test.ts > split > keeps a separator that is also a metacharacter"],
  regressed: [],
  stillFailing: ["test/locale.test.ts > locale > formats dates in the reader's time zone"],
  added: ["test/split.test.ts > split > escapes every metacharacter"],
  removed: [],
  flaky: [],
  failures: [
    {
      id: "test/locale.test.ts > locale > formats dates in the reader's time zone",
      file: "test/locale.test.ts",
      name: "formats dates in the reader's time zone",
      status: "failed",
      durationMs: 12,
      message: "AssertionError: expected '31.12.2025' to equal '01.01.2026'\n    at test/locale.test.ts:18:25",
      location: { file: "test/locale.test.ts", line: 18 },
    },
  ],
}

export const recipe: Recipe = {
  cwd: ".",
  language: "typescript",
  packageManager: "npm",
  runner: "vitest",
  env: {},
  tools: { node: "22" },
  install: [{ command: "npm ci", origin: "package-lock.json" }],
  test: [{ command: "npx vitest run --reporter=json", origin: "package.json scripts.test" }],
}

export const plan: Plan = {
  type: "fix",
  title: "escape separators before the pattern is built",
  summary: "split() hands its separator to RegExp as it is. A separator such as `.` then matches everything.",
  steps: ["Escape the separator in src/split.ts", "Add tests for each metacharacter"],
}

const gate: GateReport = {
  results: [
    { gate: "cheats", setting: "on", status: "passed", summary: "No test was weakened.", findings: [] },
    {
      gate: "dependencies",
      setting: "warn",
      status: "warned",
      summary: "1 dependency is new.",
      findings: [
        {
          severity: "warn",
          file: "package.json",
          line: 14,
          text: '"left-pad": "1.3.0"',
          explanation: "A package of one file, without a change for eight years.",
        },
      ],
    },
    { gate: "coverage", setting: "on", status: "not_checked", summary: "The repository measures no coverage.", findings: [] },
    { gate: "secrets", setting: "on", status: "passed", summary: "Nothing that looks like a secret.", findings: [] },
  ],
  tests: { status: "proven", reason: "1 new test: it fails without the change.", tests: [] },
  risk: { score: 12, level: "low", reasons: [{ points: 12, reason: "A dependency is new." }] },
}

const outcome: RunOutcome = {
  status: "completed",
  verdict: "existing_failures_only",
  pullRequest: { ...pullRequest, headSha: "9f2c1d7e5b" },
  failure: null,
  recipe,
  baseCommit: "3b1f0c9d2e4a",
  headCommit: "9f2c1d7e5b60",
  comparison,
  gate,
  plan,
  usage,
  stages: finishedStages,
}

export const detail = (over: Partial<TaskDetail>): TaskDetail => ({
  id: "task-57",
  repository: "acme/parser",
  issueNumber: 57,
  issueUrl: "https://github.example/acme/parser/issues/57",
  title: "split() breaks on separators that are also regular expression metacharacters",
  status: "running",
  reason: null,
  stage: "code",
  requestedBy: "ada",
  attempt: 1,
  verdict: null,
  pullRequest: null,
  usage,
  createdAt: began - 4_000,
  updatedAt: began + 90_000,
  runId: "run-57-1",
  stages: runningStages,
  outcome: null,
  ...over,
})

/** What `detail()` becomes when its run has ended well. */
export const completed: Partial<TaskDetail> = {
  status: "completed",
  stage: null,
  verdict: "existing_failures_only",
  pullRequest,
  stages: finishedStages,
  outcome,
  updatedAt: began + 122_100,
}

export const hostile = `<img src=x onerror="globalThis.hacked=1"> \u202Egnp.exe`

const failure: RunFailure = {
  class: "needs_human",
  stage: "prepare",
  code: "setup_failed",
  reason: `The repository could not be installed: npm ci ended with exit code 1. ${hostile}`,
  remedy: "Commit a package-lock.json that matches package.json, then comment /loom retry on the issue.",
  evidence: "npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.",
}

const { gate: _gate, plan: _plan, ...withoutChange } = outcome

const failed = detail({
  id: "task-12",
  issueNumber: 12,
  title: `Crash on start ${hostile}`,
  status: "failed",
  stage: null,
  attempt: 2,
  issueUrl: "javascript:globalThis.hacked=2",
  reason: failure.reason,
  usage: none,
  retryFrom: ["plan"],
  updatedAt: began - 3_600_000,
  stages: [
    stage("admit", 0, 400, "bob may ask for this."),
    stage("prepare", 400, 9_100, "npm ci ended with exit code 1.", "failed"),
    stage("close", 9_100, 9_300, "Sandbox stopped."),
  ],
  outcome: {
    ...withoutChange,
    status: "failed",
    verdict: null,
    pullRequest: null,
    failure,
    recipe: null,
    comparison: null,
    baseCommit: null,
    headCommit: null,
    usage: none,
  },
})

const waiting = detail({
  id: "task-33",
  issueNumber: 33,
  title: "Support YAML front matter",
  status: "waiting",
  waiting: "needs_input",
  stage: "plan",
  reason: "The issue does not say which YAML version; a question was asked on it.",
  updatedAt: began,
})
const toApprove = detail({
  id: "task-34",
  issueNumber: 34,
  title: "Cache parsed patterns",
  status: "waiting",
  waiting: "awaiting_approval",
  retryFrom: ["plan"],
  reason: "The plan has 2 steps; ada asked to see it first.",
  stage: null,
  stages: early,
})
const paused = detail({
  id: "task-35",
  issueNumber: 35,
  title: "Speed up the tokenizer",
  status: "waiting",
  waiting: "paused",
  reason: "It was paused by grace.",
  retryFrom: ["plan", "code"],
  stage: null,
  stages: [...early, stage("code", 41_200, 60_000, "Changed 1 file in 4 turns.", "skipped")],
})
const queued = detail({
  id: "task-60",
  issueNumber: 60,
  title: "Document the plugin API",
  status: "pending",
  stage: null,
  usage: none,
  stages: [],
  runId: null,
  requestedBy: "grace",
  updatedAt: began + 85_000,
})
const older = Array.from({ length: 40 }, (_, i) =>
  detail({
    ...completed,
    id: `old-${i}`,
    issueNumber: 900 - i,
    repository: "acme/website",
    title: `Older task number ${i + 1}`,
    updatedAt: began - 86_400_000 - i * 3_600_000,
  }),
)

export const logLine = (seq: number): TaskLogView => ({
  seq,
  at: began + seq * 40,
  stage: seq < 20 ? "prepare" : "code",
  level: seq % 50 === 0 ? "error" : seq % 21 === 0 ? "warn" : seq % 4 === 0 ? "debug" : "info",
  message:
    seq === 3
      ? `added 214 packages in 19s ${hostile}`
      : `line ${seq}: reading src/split.ts and its ${seq % 9} callers before the edit${seq % 17 === 0 ? ", a longer message that has to wrap on a narrow screen without making it scroll" : ""}`,
})

export const status: SystemStatus = {
  version: "0.1.0",
  queued: 1,
  running: 1,
  waiting: 1,
  oldestPendingMs: 12_000,
  completed: 41,
  failed: 3,
  cancelled: 2,
  lastDay: { ended: 20, successRate: 0.9, errorRate: 0.1 },
  githubRateLimit: { limit: 5_000, remaining: 4_812, resetAt: began },
  health: { github: "ok", model: "ok", sandbox: "bubblewrap is missing: install it with apt-get install bubblewrap", database: "ok" },
}

export interface World {
  readonly tasks: Map<string, TaskDetail>
  readonly logs: Map<string, Array<TaskLogView>>
  /** What the API does instead of answering. */
  trouble: "none" | "away" | "error" | "nonsense"
  signedIn: boolean
  logPageSize: number
  /** What was asked to be changed: `POST /tasks/task-57/cancel`. */
  readonly asked: Array<string>
  /** The bodies of what was asked, in the same order. */
  readonly bodies: Array<unknown>
  /** The problem that every change is refused with. */
  refusal: { readonly status: number; readonly title: string; readonly detail: string; readonly remedy: string } | null
  /** Idempotency keys of what was asked, refused requests too. */
  readonly keys: Array<string>
}

export const makeWorld = (): World => ({
  tasks: new Map([queued, detail({}), toApprove, paused, waiting, failed, ...older].map((task) => [task.id, task])),
  logs: new Map([["task-57", Array.from({ length: 230 }, (_, i) => logLine(i + 1))]]),
  trouble: "none",
  signedIn: true,
  logPageSize: 100,
  asked: [],
  bodies: [],
  refusal: null,
  keys: [],
})

export const summary = ({ runId: _run, stages: _stages, outcome: _outcome, retryFrom: _from, ...rest }: TaskDetail): TaskSummary => rest
