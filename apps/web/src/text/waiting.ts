import type { RetryStage, WaitKind } from "@loom/core/domain/Wait"

interface WaitWords {
  /** Its badge. */
  readonly label: string
  readonly tone: "warn" | "quiet"
  /** For what it waits. */
  readonly title: string
  /** What a person can do about it. */
  readonly remedy: string
}

export const waitWords: { readonly [K in WaitKind]: WaitWords } = {
  needs_input: {
    label: "Needs an answer",
    tone: "warn",
    title: "Waiting for an answer on the issue",
    remedy: "Answer on the issue. Then let it go on here: it reads the issue again.",
  },
  awaiting_approval: {
    label: "Plan to approve",
    tone: "warn",
    title: "Waiting for its plan to be approved",
    remedy: "Nothing is written before somebody with write access approves the plan. A rejected task ends.",
  },
  budget: {
    label: "Out of budget",
    tone: "warn",
    title: "Waiting for more budget",
    remedy: "Raise the budget in .github/loom.yml (budget_usd), then let it go on. What is done is kept.",
  },
  paused: {
    label: "Paused",
    tone: "quiet",
    title: "Paused",
    remedy: "What is done is kept. It goes on when somebody lets it.",
  },
  blocked: {
    label: "Blocked",
    tone: "warn",
    title: "Something is in its way",
    remedy: "Mend what is said above, then let it go on. What is done is kept.",
  },
}

/** What is kept and what is done anew when a task runs again from a stage. */
export const fromWords: { readonly [K in RetryStage]: { readonly name: string; readonly what: string } } = {
  plan: { name: "From the plan", what: "The plan is made anew, and all that follows it." },
  code: { name: "From writing the change", what: "The plan is kept; the change is written anew." },
  verify: { name: "From testing the change", what: "Plan and change are kept; the change is tested again." },
  publish: { name: "From opening the pull request", what: "The tested change is kept, and published." },
}
