import { configFromEnv } from "./Config.ts"
import { startSandboxd } from "./Sandboxd.ts"

const CLOSE_TIME_LIMIT_MS = 15_000

const say = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`)

try {
  const config = configFromEnv(process.env)
  // Nothing that is started from here on may inherit it.
  delete process.env["LOOM_SANDBOX_TOKEN"]
  const daemon = await startSandboxd(config)
  say({ event: "sandboxd.ready", port: daemon.port, instanceId: daemon.instanceId, isolator: config.isolator, problems: daemon.problems })
  const stop = async (signal: string) => {
    // What does not end by then is left to the kernel and to the next start.
    const late = setTimeout(() => process.exit(1), CLOSE_TIME_LIMIT_MS)
    await daemon.close()
    clearTimeout(late)
    say({ event: "sandboxd.stopped", signal })
    process.exit(0)
  }
  let stopping: Promise<void> | null = null
  // `on`, not `once`: a terminal or a supervisor often signals twice, and the second must not cut the clean-up short.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void (stopping ??= stop(signal)))
} catch (error) {
  say({ event: "sandboxd.failed", error: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}
