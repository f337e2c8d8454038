import { configFromEnv } from "./Config.ts"
import { startSandboxd } from "./Sandboxd.ts"

const say = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`)

try {
  const config = configFromEnv(process.env)
  // Nothing that is started from here on may inherit it.
  delete process.env["LOOM_SANDBOX_TOKEN"]
  const daemon = await startSandboxd(config)
  say({ event: "sandboxd.ready", port: daemon.port, instanceId: daemon.instanceId, isolator: config.isolator, problems: daemon.problems })
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      void daemon.close().then(() => {
        say({ event: "sandboxd.stopped", signal })
        process.exit(0)
      })
    })
  }
} catch (error) {
  say({ event: "sandboxd.failed", error: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}
