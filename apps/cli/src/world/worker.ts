import { writeFileSync } from "node:fs"
import { WorldFailed } from "../CliError.ts"
import { encodeDotenv } from "./dotenv.ts"
import { spawnGuarded, type GuardedChild } from "./guarded-child.ts"
import { wranglerCommand, wranglerEnvironment } from "./wrangler.ts"
import type { WorldDirectory } from "./WorldDirectory.ts"

/** The Worker in workerd, through `wrangler dev`. */
export interface WorkerProcess {
  readonly url: string
  /** SIGKILL to wrangler, esbuild and workerd at once, as a crash of the machine would. State stays. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same port with the same state; resolves when it answers. */
  readonly restart: () => Promise<void>
  /** Rejects with the end of the log when the Worker dies without having been told to. */
  readonly crashed: Promise<never>
  readonly close: () => Promise<void>
}

const startTimeoutMs = 90_000

export const startWorker = async (options: {
  readonly root: string
  readonly directory: WorldDirectory
  /** The bundled Worker. */
  readonly script: string
  readonly port: number
  readonly variables: Readonly<Record<string, string>>
}): Promise<WorkerProcess> => {
  const url = `http://127.0.0.1:${options.port}`
  const envFile = options.directory.file("worker.env")
  writeFileSync(envFile, encodeDotenv(options.variables), { mode: 0o600 })
  const { command, args } = wranglerCommand(options.root, [
    "dev",
    options.script,
    "--no-bundle",
    `--port=${options.port}`,
    "--ip=127.0.0.1",
    "--inspector-port=0",
    `--persist-to=${options.directory.file("state")}`,
    `--env-file=${envFile}`,
    "--show-interactive-dev-session=false",
  ])
  const crash = Promise.withResolvers<never>()
  // Nobody may be listening yet; the rejection is kept for whoever asks.
  crash.promise.catch(() => {})
  let child: GuardedChild | null = null

  const start = async (): Promise<void> => {
    const started = await spawnGuarded({
      command,
      args,
      cwd: options.root,
      env: wranglerEnvironment(process.env, options.directory.path),
      logFile: options.directory.file("worker.log"),
    })
    child = started
    void started.ended.then(() => {
      if (child === started) crash.reject(failed("it ended by itself.", started))
    })
    await answers(url, started)
  }
  const kill = async (): Promise<void> => {
    const running = child
    child = null
    await running?.kill()
  }
  try {
    await start()
  } catch (error) {
    await kill()
    throw error
  }
  return { url, kill, restart: async () => (await kill(), start()), crashed: crash.promise, close: kill }
}

/** Asks `/healthz` until it answers, or the process has ended, or the time is over. */
const answers = async (url: string, child: GuardedChild): Promise<void> => {
  const deadline = Date.now() + startTimeoutMs
  while (Date.now() < deadline) {
    if (child.endedWith() !== null) throw failed("it ended while it was starting.", child)
    const ok = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) }).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw failed(`it did not answer /healthz within ${startTimeoutMs / 1000} s.`, child)
}

const failed = (detail: string, child: GuardedChild): WorldFailed =>
  new WorldFailed({ part: "the Worker", detail, remedy: `Its whole log is ${child.log.file}.`, logTail: child.log.tail(25) })
