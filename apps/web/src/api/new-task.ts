import { taskAnswer } from "virtual:shapes"
import { sendFor } from "./client.ts"
import { useWrite } from "./use-write.ts"

/** `POST /tasks`: an issue that there is, or one that is to be opened. */
export type NewTask =
  | { readonly repository: string; readonly issueNumber: number }
  | { readonly repository: string; readonly title: string; readonly body: string }

export const useNewTask = (onTask: (taskId: string) => void) =>
  useWrite({
    write: ({ input, key }: { readonly input: NewTask; readonly key: string }) =>
      sendFor({ method: "POST", path: "/tasks", body: input, key }, taskAnswer),
    done: ({ effect }) => ({ title: effect === "created" ? "Loom has taken the issue." : "This issue is being worked on already." }),
    failed: "The issue was not taken.",
    renews: ["tasks"],
    onDone: ({ taskId }) => onTask(taskId),
  })
