import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import LongFilesFirst from "./apps/cli/src/ci/long-files-first.ts"

/**
 * All projects but workerd share one queue and every core; vitest itself would leave one core free, on two cores half of the machine.
 * Nothing here is a bound on how fast something is: a time-out only ends what hangs, also on a machine with other work to do.
 */
const shared = { maxWorkers: Math.max(2, availableParallelism()), hookTimeout: 180_000 }

// vitest 5 no longer reads a workspace file by itself: `vitest --config vitest.workspace.ts` (docs/decisions/002).
export default defineConfig({
  test: {
    sequence: { sequencer: LongFilesFirst },
    projects: [
      "apps/worker/vitest.config.ts",
      {
        test: {
          ...shared,
          name: "node",
          include: ["{apps,packages}/*/src/**/*.test.ts"],
          exclude: ["**/*.workerd.test.ts", "**/*.journey.test.ts", "**/*.long.test.ts", "**/*.container.test.ts", "**/node_modules/**"],
          testTimeout: 240_000,
        },
      },
      {
        test: {
          ...shared,
          // Attacks of the escape list, and repositories, that take more than five seconds each.
          name: "escape-long",
          include: ["apps/sandbox/src/escape/*.long.test.ts", "packages/integrations/src/git/*.long.test.ts"],
          testTimeout: 600_000,
        },
      },
      {
        test: {
          ...shared,
          // The whole local world: each starts workerd, a sandbox host, GitHub and a model, on ports and in folders of its own.
          name: "journeys",
          include: ["apps/cli/src/journeys/*.journey.test.ts"],
          testTimeout: 400_000,
        },
      },
      {
        // The image of apps/sandbox/Dockerfile, built and run where a Docker engine answers; else skipped, with the reason.
        test: {
          name: "container",
          include: ["apps/sandbox/src/image/*.container.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          // They build the same image, and time their execs.
          fileParallelism: false,
        },
      },
    ],
  },
})
