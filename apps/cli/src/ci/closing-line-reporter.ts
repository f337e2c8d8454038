import type { Reporter, TestModule } from "vitest/node"

/** Tests of all projects by outcome; a file that failed to load counts as one failed test. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** `12 passed, 0 failed, 1 skipped`: what `.ci/run` ends with. */
export const closingLine = (totals: Totals): string => `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`

/** What is counted of one file: the states of its tests, and whether the file itself failed outside of them. */
export interface ModuleOutcome {
  readonly states: ReadonlyArray<"passed" | "failed" | "skipped" | "pending">
  readonly hasErrors: boolean
}

export const totalsOf = (modules: ReadonlyArray<ModuleOutcome>, unhandledErrors: number): Totals => {
  const states = modules.flatMap((module) => module.states)
  const count = (state: string) => states.filter((one) => one === state).length
  return {
    passed: count("passed"),
    // A test that never ended proves nothing.
    failed: count("failed") + count("pending") + modules.filter((module) => module.hasErrors).length + unhandledErrors,
    skipped: count("skipped"),
  }
}

const outcomeOf = (module: TestModule): ModuleOutcome => ({
  states: [...module.children.allTests()].map((test) => test.result().state),
  hasErrors: module.errors().length > 0,
})

/** Prints the closing line as the very last thing of the process, after vitest's own summary. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    const line = closingLine(totalsOf(modules.map(outcomeOf), unhandledErrors.length))
    process.once("exit", () => process.stdout.write(`${line}\n`))
  }
}
