import { generateKey, printPrivateKey } from "@loom/core/domain/ProofKey"

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

const variablesOfNoRun = {
  GITHUB_APP_ID: "1",
  GITHUB_APP_SLUG: "loom",
  GITHUB_APP_PRIVATE_KEY: "not used: nothing here asks GitHub",
  LOOM_PUBLIC_URL: "http://127.0.0.1",
  LOOM_CAPABILITY_SECRET: "not used: no run is started here, nor any other that would need one",
  LOOM_SANDBOX_URL: "http://127.0.0.1:9",
  LOOM_SANDBOX_TOKEN: "not used: no run is started",
}

/** Where the bundled Worker is: a file, or its text. */
export type WorkerScript = { readonly path: string } | { readonly path: string; readonly contents: string }

/**
 * Options of Miniflare for the bundled Worker without a world around it: no run is ever worked on. It has a socket of its own that leads
 * straight to it (`unsafeDirectSockets`), past Miniflare's entry Worker. The Worker's name is `loom`.
 */
export const workerAlone = (script: WorkerScript, variables: Readonly<Record<string, string>>) => ({
  host: "127.0.0.1",
  port: 0,
  cf: false as const,
  telemetry: { enabled: false },
  workers: [
    {
      name: "loom",
      ...compatibility,
      modules: [{ type: "ESModule" as const, ...script }],
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      durableObjects: {
        COORDINATOR: { className: "AgentCoordinator", useSQLite: true },
        SANDBOX: { className: "SandboxObject", useSQLite: true },
        LIMITER: { className: "AccountLimiter", useSQLite: true },
      },
      d1Databases: { DB: "00000000-0000-0000-0000-000000000000" },
      r2Buckets: { ARTIFACTS: "loom-artifacts" },
      serviceBindings: { TASK_WORKFLOW: { name: "engine", entrypoint: "Engine" } },
      bindings: { ...variablesOfNoRun, LOOM_PROOF_KEY: printPrivateKey(generateKey()), ...variables },
    },
    { name: "engine", ...compatibility, modules: [{ type: "ESModule" as const, path: "engine.mjs", contents: engine }] },
  ],
})
