import { useMutation, useQueryClient } from "@tanstack/react-query"
import { say } from "../widgets/say.ts"
import { asApiError } from "./ApiError.ts"

interface Options<A, B> {
  readonly write: (input: A) => Promise<B>
  /** What is said when it is done. */
  readonly done: (answer: B) => { readonly title: string; readonly text?: string }
  /** What is said when it is refused, before the reason. */
  readonly failed: string
  /** First parts of the queries that are asked again. */
  readonly renews?: ReadonlyArray<string>
  readonly onDone?: (answer: B) => void
}

/** A change that a person asks for: done once, its outcome said, and what it changed asked for again. */
export const useWrite = <A, B>({ done, failed, onDone, renews = [], write }: Options<A, B>) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: write,
    networkMode: "always",
    onSuccess: (answer) => {
      say({ tone: "good", ...done(answer) })
      for (const key of renews) void client.invalidateQueries({ queryKey: [key] })
      onDone?.(answer)
    },
    onError: (cause) => {
      const error = asApiError(cause)
      say({ tone: "bad", title: failed, text: `${error.message} ${error.remedy}` })
    },
  })
}
