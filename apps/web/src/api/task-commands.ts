import type { RetryStage } from "@loom/core/domain/Wait"
import { sendJson } from "./client.ts"
import { useWrite } from "./use-write.ts"

/** What can be asked of a task: `POST /tasks/{id}/<command>`, with its body. */
export type TaskCommand =
  /** `rejects`: the same request, of a task that waits for its plan to be approved. */
  | { readonly name: "cancel"; readonly rejects?: boolean }
  | { readonly name: "pause" | "resume" }
  | { readonly name: "approve"; readonly note: string }
  /** Null: from the beginning. */
  | { readonly name: "retry"; readonly from: RetryStage | null }

const saidOf = (command: TaskCommand): string => {
  switch (command.name) {
    case "cancel":
      return command.rejects === true ? "The plan is rejected." : "The task is being cancelled."
    case "pause":
      return "The task is being paused."
    case "resume":
      return "The task goes on."
    case "approve":
      return "The plan is approved."
    case "retry":
      return "The task runs again."
  }
}

const bodyOf = (command: TaskCommand): object => {
  if (command.name === "approve" && command.note !== "") return { note: command.note }
  return command.name === "retry" && command.from !== null ? { from: command.from } : {}
}

/** The task the server answers with: a new one where an ended one is run again. */
const taskIdIn = (answer: unknown): string | null => {
  const id: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "taskId") : null
  return typeof id === "string" ? id : null
}

export const useTaskCommand = (id: string, onTask: (taskId: string) => void) =>
  useWrite({
    write: async (command: TaskCommand) => ({
      command,
      taskId: taskIdIn(
        await sendJson({
          method: "POST",
          path: `/tasks/${encodeURIComponent(id)}/${command.name}`,
          body: bodyOf(command),
          key: crypto.randomUUID(),
        }),
      ),
    }),
    done: ({ command }) => ({ title: saidOf(command) }),
    failed: "That was not done.",
    renews: ["task", "tasks"],
    onDone: ({ taskId }) => onTask(taskId ?? id),
  })
