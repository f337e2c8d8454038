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
          exclude: ["**/*.workerd.test.ts", "**/*.journey.test.ts", "**/node_modules/**"],
          testTimeout: 30_000,
        },
      },
    ],
  },
})
