import type { AccessScope } from "@loom/core/domain/AccessScope"
import type { GateName, GateResult, RiskScore } from "@loom/core/domain/Gate"
import type { FailureClass } from "@loom/core/domain/Run"
import type { Stage } from "@loom/core/domain/Stage"
import type { TaskStatus } from "@loom/core/domain/TaskView"
import type { Tier } from "@loom/core/domain/Tier"
import type { Verdict } from "@loom/core/domain/Verdict"
import type { WaitKind } from "@loom/core/domain/Wait"
import { waitWords } from "./waiting.ts"

export type Tone = "good" | "bad" | "warn" | "busy" | "quiet"

export const statusWords: { readonly [K in TaskStatus]: { readonly label: string; readonly tone: Tone } } = {
  pending: { label: "Queued", tone: "quiet" },
  running: { label: "Working", tone: "busy" },
  waiting: { label: "Waiting", tone: "warn" },
  completed: { label: "Done", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
  cancelled: { label: "Cancelled", tone: "quiet" },
}

/** What the badge of a task says: of one that waits, for what. */
export const badgeOf = ({ status, waiting }: { readonly status: TaskStatus; readonly waiting?: WaitKind }) =>
  waiting === undefined ? statusWords[status] : { label: waitWords[waiting].label, tone: waitWords[waiting].tone }

export const stageWords: { readonly [K in Stage]: string } = {
  admit: "Check the request",
  prepare: "Set up the sandbox",
  baseline: "Test the untouched code",
  plan: "Plan the change",
  code: "Write the change",
  verify: "Test the change",
  review: "Review the change",
  publish: "Open the pull request",
  close: "Clean up",
}

/** The stages in order. Not imported from `domain/Stage` as a value: that module brings the schema library along. */
export const stageOrder: ReadonlyArray<Stage> = ["admit", "prepare", "baseline", "plan", "code", "verify", "review", "publish", "close"]

export const verdictWords: { readonly [K in Verdict]: { readonly label: string; readonly meaning: string; readonly tone: Tone } } = {
  pass: { label: "Tests pass", meaning: "Every test that must pass does.", tone: "good" },
  existing_failures_only: { label: "No new failures", meaning: "Only tests that failed before still fail.", tone: "good" },
  regressed: { label: "Regressed", meaning: "A test that passed before fails now.", tone: "bad" },
  flaky: { label: "Flaky tests", meaning: "Tests gave different results when they were run again.", tone: "warn" },
  timed_out: { label: "Tests timed out", meaning: "The tests did not finish in the time allowed.", tone: "bad" },
  infrastructure: { label: "Tests could not run", meaning: "The tests ended for a reason that is not the code.", tone: "warn" },
  no_tests: { label: "Nothing was verified", meaning: "The repository has no tests that Loom can run.", tone: "warn" },
  broken_baseline: {
    label: "Base is broken",
    meaning: "The tests do not run on the untouched code, so nothing can be compared.",
    tone: "bad",
  },
}

export const whoCanMend: { readonly [K in FailureClass]: string } = {
  transient: "Passing trouble: trying again may be enough.",
  permanent: "The issue or the code has to change first.",
  needs_human: "A person has to decide or set something up.",
}

export const gateWords: { readonly [K in GateName]: string } = {
  cheats: "Weakened tests",
  tests: "The change's own tests",
  secrets: "Secrets",
  protected_paths: "Protected files",
  coverage: "Coverage",
  lint: "Lint",
  types: "Types",
  size: "Size",
  dependencies: "Dependencies",
  risk: "Risk",
}

export const gateStatusWords: { readonly [K in GateResult["status"]]: { readonly label: string; readonly tone: Tone } } = {
  passed: { label: "Passed", tone: "good" },
  warned: { label: "Worth a look", tone: "warn" },
  blocked: { label: "Stops the change", tone: "bad" },
  not_checked: { label: "Not checked", tone: "quiet" },
  off: { label: "Off", tone: "quiet" },
}

export const riskWords: { readonly [K in RiskScore["level"]]: Tone } = { low: "good", medium: "warn", high: "bad" }

/** The values of `domain/AccessScope` and `domain/Tier`, which bring the schema library along and so are types here. */
export const scopes: ReadonlyArray<AccessScope> = ["read", "write", "admin"]
export const tiers: ReadonlyArray<Tier> = ["free", "advanced", "premium", "tester", "admin"]
