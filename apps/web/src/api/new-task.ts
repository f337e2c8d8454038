import { taskAnswer } from "virtual:shapes"
import { sendFor } from "./client.ts"
import { useWrite } from "./use-write.ts"

/** An issue that there is, or one that is to be opened. */
export type Issue =
  | { readonly repository: string; readonly issueNumber: number }
  | { readonly repository: string; readonly title: string; readonly body: string }

/** `POST /tasks`. `approval`: the plan is shown first, and the run waits until it is approved. */
type NewTask = Issue & { readonly approval?: true }

export const useNewTask = (onTask: (taskId: string) => void) =>
  useWrite({
    write: ({ input, key }: { readonly input: NewTask; readonly key: string }) =>
      sendFor({ method: "POST", path: "/tasks", body: input, key }, taskAnswer),
    done: ({ effect }) => ({ title: effect === "created" ? "Loom has taken the issue." : "This issue is being worked on already." }),
    failed: "The issue was not taken.",
    renews: ["tasks"],
    onDone: ({ taskId }) => onTask(taskId),
  })
