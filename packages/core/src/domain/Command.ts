import { Schema } from "effect"
import type { RunId } from "./Ids.ts"
import { TaskId } from "./Ids.ts"
import type { RunOutcome } from "./Run.ts"
import type { StageRecord } from "./Stage.ts"
import type { TaskRequest } from "./Task.ts"
import type { Usage } from "./Usage.ts"
import type { RetryStage } from "./Wait.ts"

interface At {
  /** Milliseconds since the epoch, the coordinator's clock. */
  readonly at: number
}
interface OfRun extends At {
  readonly runId: RunId
}
interface Jittered {
  /** 0 <= jitter < 1: spreads retries; chance is the caller's. */
  readonly jitter: number
}

/** What can be asked of a repository's coordinator about one task. */
export type Command =
  | (At & { readonly _tag: "Request"; readonly request: TaskRequest })
  | (OfRun & { readonly _tag: "Dispatch" })
  | (OfRun & { readonly _tag: "Heartbeat" })
  | (OfRun & { readonly _tag: "ReportStage"; readonly record: StageRecord })
  | (OfRun & { readonly _tag: "ReportUsage"; readonly usage: Usage })
  /** A run comes to rest by `Finish`, with an outcome that is `held`. */
  | (At & { readonly _tag: "Pause"; readonly reason: string })
  | (At & { readonly _tag: "Resume" })
  /** `isChecked` false: whether `by` may write here is still to be asked of GitHub. */
  | (At & { readonly _tag: "Approve"; readonly by: string; readonly note: string | null; readonly isChecked: boolean })
  | (OfRun & Jittered & { readonly _tag: "Finish"; readonly outcome: RunOutcome })
  /** The engine no longer has the run, or could not start it: the attempt is over. */
  | (OfRun & Jittered & { readonly _tag: "LoseRun"; readonly reason: string })
  /** The watchdog heard nothing since `silentSince`. */
  | (OfRun & { readonly _tag: "ExpireLease"; readonly silentSince: number; readonly leaseMs: number })
  | (At & { readonly _tag: "Cancel"; readonly reason: string })
  | (At & { readonly _tag: "ExpireCancel" })
  | (At & { readonly _tag: "Retry"; readonly requestedBy: string; readonly repositoryId: number; readonly from: RetryStage | null })

export const RefusalCode = Schema.Literals([
  "already_open",
  "same_intent",
  "unknown_task",
  "not_pending",
  "not_due",
  "no_slot",
  "no_attempt_left",
  "stale_run",
  "not_waiting",
  "not_awaiting_approval",
  "awaiting_approval",
  "nothing_kept",
  "being_cancelled",
  "already_running",
  "already_ended",
  "not_silent",
  "not_cancelling",
  "superseded",
])
export type RefusalCode = typeof RefusalCode.Type

/** A command that changes nothing, and why. `taskId` is the task that stands in its way, where there is one. */
export class Refusal extends Schema.TaggedError<Refusal>()("Refusal", {
  code: RefusalCode,
  taskId: Schema.NullOr(TaskId),
  detail: Schema.String,
}) {
  override get message(): string {
    return this.detail
  }
}
