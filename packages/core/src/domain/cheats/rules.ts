import { checksWeakened } from "./checks-weakened.ts"
import { expectations } from "./expectations.ts"
import { production } from "./production.ts"
import type { CheatRule } from "./Rule.ts"
import { runTampered } from "./run-tampered.ts"
import { testsGone } from "./tests-gone.ts"

/** Every way known to make tests weaker instead of code better. Order is the order of findings. */
export const cheatRules: ReadonlyArray<CheatRule> = [...testsGone, ...checksWeakened, ...expectations, ...runTampered, ...production]
