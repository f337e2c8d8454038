import type { Recipe } from "../domain/Recipe.ts"
import type { RunInput } from "../domain/Run.ts"
import type { Baseline } from "./baseline.ts"
import type { Admitted, Checkpoint } from "./RunContext.ts"

export interface VerifyInput {
  readonly input: RunInput
  readonly admitted: Admitted
  readonly recipe: Recipe
  readonly base: Baseline
  readonly checkpoint: Checkpoint | null
  /** The run's box does not hold the checkpoint yet: it is an earlier run's. */
  readonly isTakenUp?: boolean
  readonly name: string
  /** Id of the box in which the gate works; the run's own belongs to the agent. */
  readonly box: string
}

/** Characters of test ids on one command line; where more tests are named, all are run. */
const MAX_ONLY_CHARS = 30_000

/** The options of a run of only these tests. */
export const narrowedTo = <A extends object>(options: A, only: ReadonlyArray<string>): A & { readonly only?: ReadonlyArray<string> } =>
  only.length > 0 && only.reduce((chars, id) => chars + id.length, 0) <= MAX_ONLY_CHARS ? { ...options, only } : options
