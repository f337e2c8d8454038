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
          SANDBOX: { className: "TestSandbox", useSQLite: true },
          LIMITER: { className: "AccountLimiter", useSQLite: true },
        },
        workflows: { ENGINE: { name: "waiting", className: "WaitingWorkflow" } },
        d1Databases: ["DB"],
        r2Buckets: ["ARTIFACTS"],
        bindings: {
          MIGRATIONS: await readD1Migrations(here("../../migrations")),
          LOOM_PROJECTION_DELAY_MS: "1",
          LOOM_PUBLIC_URL: "https://loom.test",
          GITHUB_APP_ID: "1",
          GITHUB_APP_SLUG: "loom",
          GITHUB_APP_PRIVATE_KEY: "a key",
          GITHUB_WEBHOOK_SECRET: "a long secret",
          LOOM_CAPABILITY_SECRET: "0123456789abcdef0123456789abcdef",
          // RFC 8032 section 7.1, the key of TEST 1.
          LOOM_PROOF_KEY: "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g",
        },
      },
    })),
  ],
  test: {
    name: "workerd",
    include: ["src/**/*.workerd.test.ts"],
    // A real sandbox host and, for those who sign in, a real GitHub, of this machine.
    globalSetup: ["./test/sandboxd.setup.ts", here("../../packages/github-standin/src/testing/vitest-setup.ts")],
    testTimeout: 240_000,
    hookTimeout: 180_000,
    // All files in one workerd, after everything else.
    maxWorkers: 1,
    sequence: { groupOrder: 1 },
    // itty-durable is CommonJS that requires ES modules: bundled before workerd loads it.
    deps: { optimizer: { ssr: { enabled: true, include: ["itty-durable"] } } },
    isolate: false,
  },
})
