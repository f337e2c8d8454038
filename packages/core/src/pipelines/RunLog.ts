import { Context, type Effect } from "effect"
import type { LogLine } from "../domain/Run.ts"

/** The log of the running stage, for people. Lines are flushed to the coordinator about once a second. */
export class RunLog extends Context.Service<
  RunLog,
  {
    readonly say: (level: LogLine["level"], message: string) => Effect.Effect<void>
    /** Output of a command as it arrives; split into lines, bounded per stage. */
    readonly output: (text: string) => void
  }
>()("@loom/core/pipelines/RunLog") {}
