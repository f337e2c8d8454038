import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { generateKey, printPrivateKey } from "@loom/core/domain/ProofKey"
import { convertV4MiniflareOptions, Miniflare } from "miniflare"
import { bundleEdge } from "./bundle-worker.ts"

/** The part of a Workflow binding the coordinator uses to start a run: it takes runs and does nothing. */
const engine = `
  import { WorkerEntrypoint } from "cloudflare:workers"
  export class Engine extends WorkerEntrypoint {
    create({ id }) { return { id } }
    get() { throw new Error("instance.not_found") }
  }
  export default {}
`
const compatibility = { compatibilityDate: "2026-11-01", compatibilityFlags: ["nodejs_compat"] }

export interface EdgeOptions {
  readonly root: string
  readonly variables: Readonly<Record<string, string>>
}

/** The Worker in workerd with its database migrated; no run is ever worked on. `url` leads straight to it. */
export const startEdge = async ({ root, variables }: EdgeOptions) => {
  const script = await bundleEdge(root)
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      workers: [
        {
          name: "loom",
          ...compatibility,
          modules: [{ type: "ESModule", path: "main.mjs", contents: script }],
          unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
          durableObjects: {
            COORDINATOR: { className: "AgentCoordinator", useSQLite: true },
            SANDBOX: { className: "SandboxObject", useSQLite: true },
            LIMITER: { className: "AccountLimiter", useSQLite: true },
          },
          d1Databases: { DB: "00000000-0000-0000-0000-000000000000" },
          r2Buckets: { ARTIFACTS: "loom-artifacts" },
          serviceBindings: { TASK_WORKFLOW: { name: "engine", entrypoint: "Engine" } },
          bindings: {
            GITHUB_APP_ID: "1",
            GITHUB_APP_SLUG: "loom",
            GITHUB_APP_PRIVATE_KEY: "none",
            GITHUB_WEBHOOK_SECRET: "a secret of the tests",
            LOOM_PUBLIC_URL: "http://127.0.0.1",
            LOOM_CAPABILITY_SECRET: "not used: no run is started here, nor any other that would need one",
            LOOM_PROOF_KEY: printPrivateKey(generateKey()),
            LOOM_SANDBOX_URL: "http://127.0.0.1:9",
            LOOM_SANDBOX_TOKEN: "not used: no run is started",
            LOOM_PROJECTION_DELAY_MS: "1",
            ...variables,
          },
        },
        { name: "engine", ...compatibility, modules: [{ type: "ESModule", path: "engine.mjs", contents: engine }] },
      ],
    }),
  )
  await miniflare.ready
  const database = await miniflare.getD1Database("DB", "loom")
  const migrations = join(root, "migrations")
  for (const file of readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .toSorted())
    for (const statement of readFileSync(join(migrations, file), "utf8").split("--> statement-breakpoint"))
      await database.prepare(statement).run()
  const url = (await miniflare.unsafeGetDirectURL("loom")).origin
  return {
    url,
    database,
    artifacts: await miniflare.getR2Bucket("ARTIFACTS", "loom"),
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  }
}
export type Edge = Awaited<ReturnType<typeof startEdge>>
