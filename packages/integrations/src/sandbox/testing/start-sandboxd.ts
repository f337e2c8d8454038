import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Redacted } from "effect"

/** The daemon is an app, which no package may import: it is started as the process it is. */
const MAIN = join(import.meta.dirname, "../../../../../apps/sandbox/src/main.ts")

export interface TestSandboxd {
  readonly baseUrl: string
  readonly token: Redacted.Redacted<string>
  readonly port: number
  /** SIGKILL, as a crash or a replaced container would. */
  readonly kill: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A real sandboxd on a free port (or `port`), with a data directory of its own. Ready when it says so. */
export const startSandboxd = async (
  port = 0,
  token: string = crypto.randomUUID(),
  /** `LOOM_SANDBOX_TOOLS`: directories of this machine to show inside, read-only. */
  tools = process.env["LOOM_SANDBOX_TOOLS"] ?? "",
): Promise<TestSandboxd> => {
  const dataDir = await mkdtemp(join(tmpdir(), "loom-sandboxd-"))
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      LOOM_SANDBOX_TOKEN: token,
      LOOM_SANDBOX_PORT: String(port),
      LOOM_SANDBOX_DATA: dataDir,
      LOOM_SANDBOX_TOOLS: tools,
    },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const exited = once(child, "exit")
  const ready = await new Promise<{ port: number }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event: { event?: string; port?: number } = JSON.parse(line)
      if (event.event === "sandboxd.ready" && event.port !== undefined) resolve({ port: event.port })
      if (event.event === "sandboxd.failed") reject(new Error(line))
    })
    child.once("exit", (code) => reject(new Error(`sandboxd ended with ${code} before it was ready`)))
  })
  const end = (signal: "SIGTERM" | "SIGKILL") => async () => {
    child.kill(signal)
    await exited
    await rm(dataDir, { recursive: true, force: true }).catch(() => {})
  }
  return {
    baseUrl: `http://127.0.0.1:${ready.port}`,
    token: Redacted.make(token),
    port: ready.port,
    kill: end("SIGKILL"),
    close: end("SIGTERM"),
  }
}
