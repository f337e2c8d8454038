import { defineConfig } from "vitest/config"

// vitest 5 no longer reads a workspace file by itself: `vitest --config vitest.workspace.ts` (docs/decisions/002).
export default defineConfig({
  test: {
    projects: [
      "apps/worker/vitest.config.ts",
      {
        test: {
          name: "node",
          include: ["{apps,packages}/*/src/**/*.test.ts"],
          exclude: ["**/*.workerd.test.ts", "**/*.journey.test.ts", "**/*.long.test.ts", "**/*.container.test.ts", "**/node_modules/**"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          // Attacks of the escape list, and repositories, that take more than five seconds each.
          name: "escape-long",
          include: ["apps/sandbox/src/escape/*.long.test.ts", "packages/integrations/src/git/*.long.test.ts"],
          testTimeout: 150_000,
        },
      },
      {
        test: {
          // The whole local world, one after another: each starts workerd, a sandbox host, GitHub and a model.
          name: "journeys",
          include: ["apps/cli/src/journeys/*.journey.test.ts"],
          testTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        // The image of apps/sandbox/Dockerfile, built and run where a Docker engine answers; else skipped, with the reason.
        test: {
          name: "container",
          include: ["apps/sandbox/src/image/*.container.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // They build the same image, and time their execs.
          fileParallelism: false,
        },
      },
    ],
  },
})
