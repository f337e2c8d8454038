import { Result } from "effect"
import { Refusal, type RefusalCode } from "./Command.ts"
import type { Task, TaskEvent } from "./Task.ts"

/** What becomes of a command: events, or why it changes nothing. */
export type Decision = Result.Result<ReadonlyArray<TaskEvent>, Refusal>

export const accept = (...events: ReadonlyArray<TaskEvent>): Decision => Result.succeed(events)
export const refuse = (code: RefusalCode, detail: string, task: Task | null): Decision =>
  Result.fail(new Refusal({ code, detail, taskId: task?.id ?? null }))
