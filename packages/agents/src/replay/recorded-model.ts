import type { Plan, Work } from "@loom/core/domain/Change"
import type { RecordedChange, RecordedEdit } from "@loom/core/domain/RecordedChange"

/** What the recorded model reads of a request. Everything comes from the conversation, so it needs no memory. */
export interface RequestFacts {
  readonly role: "planner" | "coder" | "reviewer"
  /** Results of tool calls in the conversation: the coder makes one call each turn, so this is its place in the script. */
  readonly toolResultsSoFar: number
  /** `owner/name#N` of the task header. */
  readonly issueKey: string
  /** The issue's title as the task quotes it, for a change recorded without a plan. */
  readonly title: string
}

/** The next answer: always one tool call. */
export interface RecordedCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

const editCall = (edit: RecordedEdit): RecordedCall => {
  switch (edit.op) {
    case "replace":
      return { name: "edit", arguments: { path: edit.path, oldText: edit.old, newText: edit.new } }
    case "create":
      return { name: "write", arguments: { path: edit.path, content: edit.content } }
    case "delete":
      return { name: "delete", arguments: { path: edit.path } }
  }
}

const planOf = (change: RecordedChange, { title, issueKey }: RequestFacts): Plan =>
  change.plan ?? {
    type: "fix",
    title: title === "" ? `resolve ${issueKey}` : title.slice(0, 72),
    summary: "Play the recorded change.",
    steps: change.edits.map((edit) => `${edit.op} ${edit.path}`),
  }

const workOf = (change: RecordedChange): Work =>
  change.work ?? {
    summary: change.plan?.summary ?? "Played a recorded change.",
    changes: change.edits.map((edit) => `${edit.op} ${edit.path}`),
    risks: [],
  }

/**
 * The recorded model: the planner hands in the plan, the coder makes each edit, runs each command, runs the tests and finishes
 * (again and again, if the gate sends it back), the reviewer approves. Pure: the same conversation gets the same answer, so a
 * run that was killed goes on where it stood.
 */
export const nextRecordedCall = (change: RecordedChange, facts: RequestFacts): RecordedCall => {
  switch (facts.role) {
    case "planner":
      return { name: "submit_plan", arguments: planOf(change, facts) }
    case "reviewer":
      return { name: "submit_review", arguments: { approve: true, score: 100, findings: [] } }
    case "coder": {
      const script: ReadonlyArray<RecordedCall> = [
        ...change.edits.map(editCall),
        ...(change.commands ?? []).map((command) => ({ name: "bash", arguments: { command, timeoutSeconds: 600 } })),
        { name: "run_tests", arguments: {} },
      ]
      return script[facts.toolResultsSoFar] ?? { name: "finish", arguments: workOf(change) }
    }
  }
}
