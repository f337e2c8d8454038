import { generateKey, printPrivateKey } from "@loom/core/domain/ProofKey"
import { convertV4MiniflareOptions, Miniflare } from "miniflare"
import { webhookSecret } from "./delivery-pool.ts"

/*
 * The bundled Worker in workerd, on a socket of its own that leads straight to it: `unsafeDirectSockets` binds it to the
 * Worker's service, past Miniflare's entry Worker. State is on disk; runs go to an engine that takes them and does nothing.
 * `node worker-server.ts <main.js> <state directory>`
 */

const [script = "", state = ""] = process.argv.slice(2)

/** The part of a Workflow binding the coordinator uses to start a run. */
const engine = `
  import { WorkerEntrypoint } from "cloudflare:workers"
  export class Engine extends WorkerEntrypoint {
    create({ id }) { return { id } }
    get() { throw new Error("instance.not_found") }
  }
  export default {}
`
const compatibility = { compatibilityDate: "2026-11-01", compatibilityFlags: ["nodejs_compat"] }

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    resourcePersistencePath: state,
    workers: [
      {
        name: "loom",
        ...compatibility,
        modules: [{ type: "ESModule", path: script }],
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        durableObjects: {
          COORDINATOR: { className: "AgentCoordinator", useSQLite: true },
          SANDBOX: { className: "SandboxObject", useSQLite: true },
        },
        d1Databases: { DB: "00000000-0000-0000-0000-000000000000" },
        r2Buckets: { ARTIFACTS: "loom-artifacts" },
        serviceBindings: { TASK_WORKFLOW: { name: "engine", entrypoint: "Engine" } },
        bindings: {
          GITHUB_APP_ID: "1",
          GITHUB_APP_SLUG: "loom",
          GITHUB_APP_PRIVATE_KEY: "not used: nothing here asks GitHub",
          GITHUB_WEBHOOK_SECRET: webhookSecret,
          LOOM_PUBLIC_URL: "http://127.0.0.1",
          LOOM_CAPABILITY_SECRET: "not used: no run is started here, nor any other that would need one",
          LOOM_PROOF_KEY: printPrivateKey(generateKey()),
          LOOM_SANDBOX_URL: "http://127.0.0.1:9",
          LOOM_SANDBOX_TOKEN: "not used: no run is started",
        },
      },
      { name: "engine", ...compatibility, modules: [{ type: "ESModule", path: "engine.mjs", contents: engine }] },
    ],
  }),
)
await miniflare.ready
const entry = await miniflare.ready
const direct = await miniflare.unsafeGetDirectURL("loom")
process.stdout.write(`${JSON.stringify({ url: direct.href, entryUrl: entry.href })}\n`)
