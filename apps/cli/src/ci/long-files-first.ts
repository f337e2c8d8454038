import type { TestSpecification } from "vitest/node"
import { BaseSequencer } from "vitest/node"

/** Seconds that the longest test files take on two calm cores, by the end of their path; all others are short. */
export const longFiles: Readonly<Record<string, number>> = {
  "runners/runners.sandbox.test.ts": 120,
  "journeys/page.journey.test.ts": 110,
  "journeys/lost-box.journey.test.ts": 70,
  "journeys/secrets.journey.test.ts": 65,
  "journeys/resilience.journey.test.ts": 60,
  "journeys/outcomes.journey.test.ts": 60,
  "journeys/command-line.journey.test.ts": 60,
  "git/large.long.test.ts": 50,
  "browser/status-page.test.ts": 40,
  "escape/bubblewrap.long.test.ts": 40,
  "recipe/recipe.sandbox.test.ts": 40,
  "cli/src/recipe/recipe.test.ts": 30,
  "test-runner/run-tests.node.test.ts": 25,
  "test-runner/run-tests.installed.test.ts": 25,
  "escape/container.long.test.ts": 25,
  "journeys/sign-in.journey.test.ts": 25,
  "journeys/proof.journey.test.ts": 20,
}

const secondsOf = (path: string): number => Object.entries(longFiles).find(([end]) => path.endsWith(end))?.[1] ?? 0

/** The longest come first, so that no core is left alone with one of them at the end; all others stay in vitest's own order. */
export const longestFirst = <A extends { readonly moduleId: string }>(files: ReadonlyArray<A>): Array<A> =>
  files.toSorted((a, b) => secondsOf(b.moduleId) - secondsOf(a.moduleId))

/** vitest knows how long a file took only where it ran before; a fresh machine has no such memory. */
export default class LongFilesFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer is no array
    return longestFirst(await super.sort(files))
  }
}
