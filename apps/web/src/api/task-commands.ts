import { sendJson } from "./client.ts"
import { useWrite } from "./use-write.ts"

/** What can be asked of a task: `POST /tasks/{id}/<command>`. */
export type TaskCommand = "cancel" | "retry"

const words: { readonly [K in TaskCommand]: string } = {
  cancel: "The task is being cancelled.",
  retry: "The task runs again.",
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
      taskId: taskIdIn(await sendJson({ method: "POST", path: `/tasks/${encodeURIComponent(id)}/${command}`, key: crypto.randomUUID() })),
    }),
    done: ({ command }) => ({ title: words[command] }),
    failed: "That was not done.",
    renews: ["task", "tasks"],
    onDone: ({ taskId }) => onTask(taskId ?? id),
  })
