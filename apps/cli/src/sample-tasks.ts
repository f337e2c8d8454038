import type { TaskDetail } from "@loom/core/domain/TaskView"
import { noUsage } from "@loom/core/domain/Usage"

/** Tasks for tests: one that waits, one that ended well, one that did not. */
export const pending: TaskDetail = {
  id: "t1",
  repository: "acme/lib",
  issueNumber: 1,
  issueUrl: "http://g/issues/1",
  title: "reads nothing",
  status: "pending",
  reason: null,
  stage: null,
  requestedBy: "ada",
  attempt: 1,
  verdict: null,
  pullRequest: null,
  usage: noUsage,
  createdAt: 0,
  updatedAt: 0,
  runId: null,
  stages: [],
  outcome: null,
}

const pullRequest = { number: 2, url: "http://g/pull/2", draft: true, branch: "loom/issue-1", base: "main" }

export const completed: TaskDetail = {
  ...pending,
  status: "completed",
  verdict: "pass",
  pullRequest,
  outcome: {
    status: "completed",
    verdict: "pass",
    pullRequest: { ...pullRequest, headSha: "h".repeat(40) },
    failure: null,
    recipe: {
      cwd: ".",
      language: "javascript",
      packageManager: "npm",
      runner: "node:test",
      install: [{ command: "npm ci", origin: "package-lock.json" }],
      test: [{ command: "npm test", origin: "package.json scripts.test" }],
      env: {},
      tools: {},
    },
    baseCommit: "b".repeat(40),
    headCommit: "h".repeat(40),
    comparison: {
      verdict: "pass",
      reason: "8 tests pass.",
      base: { passed: 6, failed: 1, skipped: 0 },
      head: { passed: 8, failed: 0, skipped: 0 },
      fixed: ["a > reads"],
      regressed: [],
      stillFailing: [],
      added: ["a > adds"],
      removed: [],
      flaky: [],
      failures: [],
    },
    usage: noUsage,
    stages: [
      { name: "code", startedAt: 0, endedAt: 1_000, outcome: "ok", summary: "" },
      { name: "verify", startedAt: 1_000, endedAt: 1_030, outcome: "failed", summary: "" },
      { name: "code", startedAt: 1_030, endedAt: 1_530, outcome: "ok", summary: "" },
    ],
  },
}

export const failed: TaskDetail = {
  ...pending,
  status: "failed",
  reason: "npm ci failed.",
  outcome: {
    status: "failed",
    verdict: null,
    pullRequest: null,
    failure: {
      class: "needs_human",
      stage: "prepare",
      code: "setup_failed",
      reason: "npm ci failed.",
      remedy: "Add a lockfile, then /loom retry.",
      evidence: "npm error code EUSAGE\n\u001b[31mnpm error\u001b[0m no lockfile",
    },
    recipe: null,
    baseCommit: null,
    headCommit: null,
    comparison: null,
    usage: noUsage,
    stages: [{ name: "prepare", startedAt: 0, endedAt: 5, outcome: "failed", summary: "npm ci failed" }],
  },
}
