import { Schema } from "effect"
import { redact } from "../domain/redact.ts"
import { RunFailure } from "../domain/Run.ts"
import type { FailureClass } from "../domain/Run.ts"
import type { Stage } from "../domain/Stage.ts"
import { WaitKind } from "../domain/Wait.ts"
import type { AccessUnavailable } from "../ports/Access.ts"
import type { AgentError } from "../ports/Agents.ts"
import type { ArtifactsUnavailable } from "../ports/Artifacts.ts"
import type { GitHubError } from "../ports/GitHub.ts"
import type { CoordinatorUnavailable } from "../ports/RunReporter.ts"
import type { SandboxError } from "../ports/Sandbox.ts"
import type { SetupFailed } from "../ports/TestRunner.ts"
import type { ChangeTooLarge, GitFailed, PushRefused } from "../ports/Workspace.ts"

/** A stage ended the run. The one error that crosses a durable step: everything foreign is mapped to it at the stage's edge. */
export class StageFailed extends Schema.TaggedError<StageFailed>()("StageFailed", {
  status: Schema.Literals(["failed", "cancelled", "refused", "held"]),
  failure: RunFailure,
  /** For whom or what the task waits; of a held run only. */
  waiting: Schema.optionalKey(WaitKind),
}) {
  override get message(): string {
    return `${this.failure.stage}: ${this.failure.reason}`
  }
}

interface Words {
  readonly code: string
  readonly reason: string
  readonly remedy: string
  readonly evidence?: string | null
}

/** Bounded and without secrets: it goes into steps, events, D1 and onto GitHub. */
const make = (status: "failed" | "cancelled" | "refused", kind: FailureClass, stage: Stage, words: Words) => {
  const { code, remedy } = words
  const reason = redact(words.reason).slice(0, 2000)
  const evidence = words.evidence === undefined || words.evidence === null ? null : redact(words.evidence).slice(-4000)
  return new StageFailed({ status, failure: { class: kind, stage, code, remedy, reason, evidence } })
}

/** Nothing is to be done: bad input that a person can see and mend. */
export const refused = (stage: Stage, words: Words) => make("refused", "needs_human", stage, words)
/** The run was asked to stop. */
export const cancelled = (stage: Stage, reason: string) =>
  make("cancelled", "needs_human", stage, { code: "cancelled", reason, remedy: "Set the label again to start a new run." })
/** The run comes to rest, and the task waits. */
export const held = (stage: Stage, waiting: WaitKind, words: Omit<Words, "code">) => {
  const { failure } = make("failed", "needs_human", stage, { ...words, code: waiting })
  return new StageFailed({ status: "held", failure, waiting })
}
/** Somebody asked for it. */
export const paused = (stage: Stage, reason: string) =>
  held(stage, "paused", { reason, remedy: "Resume the task: what it has done is kept, and what it has spent still counts." })
export const failed = (kind: FailureClass, stage: Stage, words: Words) => make("failed", kind, stage, words)

const RETRY = "Loom tries again by itself; if it keeps failing, check the status page and set the label again."

/** A step that neither ended nor failed in words: killed again and again, out of time, or a bug. The engine has tried it three times. */
export const gaveUp = (stage: Stage, defect: unknown): StageFailed =>
  failed("transient", stage, {
    code: "platform_gave_up",
    reason: `A step after \`${stage}\` began could not be finished: ${redact(defect instanceof Error ? defect.message : String(defect)).slice(0, 300)}`,
    remedy: RETRY,
  })

/** Everything a port can say, as words for the person who labelled the issue. */
export const toStageFailed =
  (stage: Stage) =>
  (
    error:
      | StageFailed
      | GitHubError
      | SandboxError
      | GitFailed
      | ChangeTooLarge
      | PushRefused
      | SetupFailed
      | AgentError
      | AccessUnavailable
      | ArtifactsUnavailable
      | CoordinatorUnavailable,
  ): StageFailed => {
    switch (error._tag) {
      case "StageFailed":
        return error
      case "GitHubError":
        return error.isRetryable
          ? failed("transient", stage, { code: "github_unavailable", reason: error.message, remedy: RETRY })
          : failed("needs_human", stage, {
              code: "github_refused",
              reason: error.message,
              remedy: "Check that the App is installed on this repository with the permissions it asks for, then set the label again.",
            })
      case "SandboxError":
        return error.reason._tag === "IsolationMissing"
          ? failed("needs_human", stage, { code: "sandbox_not_isolated", reason: error.message, remedy: error.reason.remedy })
          : failed("transient", stage, { code: "sandbox_lost", reason: error.message, remedy: RETRY })
      case "GitFailed":
        return failed("transient", stage, {
          code: "git_failed",
          reason: `git ${error.operation} failed.`,
          remedy: RETRY,
          evidence: error.output,
        })
      case "ChangeTooLarge":
        return failed("needs_human", stage, {
          code: "change_too_large",
          reason: error.message,
          remedy: "Name generated files (build output, caches, downloads) in `.gitignore`, or split the issue, then set the label again.",
        })
      case "PushRefused":
        return failed("needs_human", stage, {
          code: "push_refused",
          reason: `The push to \`${error.branch}\` was refused.`,
          remedy: "Remove or rename that branch, or lift the rule that protects it, then set the label again.",
          evidence: error.output,
        })
      case "SetupFailed":
        return failed("needs_human", stage, { code: "setup_failed", reason: error.what, remedy: error.remedy, evidence: error.output })
      case "AgentError":
        return failed(error.isRetryable ? "transient" : "needs_human", stage, {
          code: `model_${error.code}`,
          reason: error.detail,
          remedy: error.remedy,
        })
      case "AccessUnavailable":
      case "ArtifactsUnavailable":
      case "CoordinatorUnavailable":
        return failed("transient", stage, { code: "platform_unavailable", reason: error.message, remedy: RETRY })
    }
  }
