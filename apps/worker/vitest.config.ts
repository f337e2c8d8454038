import { join } from "node:path"
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin"
import { defineConfig } from "vitest/config"

const here = (path: string) => join(import.meta.dirname, path)

/** Tests inside workerd, with real SQLite, alarms and D1; only the engine of runs is scripted (`test/entry.ts`). */
export default defineConfig({
  root: here("."),
  plugins: [
    cloudflareTest(async () => ({
      main: "./test/entry.ts",
      miniflare: {
        compatibilityDate: "2026-11-01",
        compatibilityFlags: ["nodejs_compat"],
        durableObjects: {
          COORDINATOR: { className: "ScriptedCoordinator", useSQLite: true },
          LIMITER: { className: "AccountLimiter", useSQLite: true },
        },
        workflows: { ENGINE: { name: "waiting", className: "WaitingWorkflow" } },
        d1Databases: ["DB"],
        r2Buckets: ["ARTIFACTS"],
        bindings: {
          MIGRATIONS: await readD1Migrations(here("../../migrations")),
          LOOM_PROJECTION_DELAY_MS: "1",
        },
      },
    })),
  ],
  test: {
    name: "workerd",
    include: ["src/**/*.workerd.test.ts"],
    // A real GitHub of this machine, for those who sign in.
    globalSetup: [here("../../packages/github-standin/src/testing/vitest-setup.ts")],
    testTimeout: 30_000,
    // itty-durable is CommonJS that requires ES modules: bundled before workerd loads it.
    deps: { optimizer: { ssr: { enabled: true, include: ["itty-durable"] } } },
    isolate: false,
  },
})
