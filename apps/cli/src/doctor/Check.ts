/** One line of `loom doctor`. `note`: it works, but less well than it could; only `failed` makes the exit code 1. */
export interface Check {
  /** What was looked at, e.g. `git`, `network`. */
  readonly name: string
  readonly part: "machine" | "sandbox" | "registries" | "deployment"
  readonly state: "ok" | "note" | "failed"
  /** What was seen. */
  readonly detail: string
  /** The one command, or the one thing to do; null when there is nothing to mend. */
  readonly remedy: string | null
}
