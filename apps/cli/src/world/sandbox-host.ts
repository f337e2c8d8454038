import { Schema } from "effect"
import { existsSync, mkdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { WorldFailed } from "../CliError.ts"
import { cleanEnvironment } from "./clean-environment.ts"
import { freePort } from "./free-port.ts"
import { spawnGuarded, type GuardedChild } from "./guarded-child.ts"
import type { WorldDirectory } from "./WorldDirectory.ts"

/** sandboxd as a process of this machine. */
export interface SandboxHost {
  readonly url: string
  /** SIGKILL to it and everything in it, as a crash of its machine would. */
  readonly kill: () => Promise<void>
  /** Starts it again where it was; nothing that was open is. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

const startTimeoutMs = 90_000

/** The line that sandboxd prints when it listens. */
const Ready = Schema.fromJsonString(Schema.Struct({ event: Schema.Literal("sandboxd.ready"), port: Schema.Int }))

export const startSandboxHost = async (options: {
  readonly root: string
  readonly directory: WorldDirectory
  readonly token: string
  /** Every sandbox sees these read-only; the `bin` of each leads its PATH. */
  readonly mounts: ReadonlyArray<Mount>
  /** Where installed states are kept; default: one place for all worlds of this checkout. */
  readonly statesDir?: string | null
}): Promise<SandboxHost> => {
  const data = options.directory.file("sandbox")
  mkdirSync(data, { recursive: true })
  let child: GuardedChild | null = null
  const start = async (port: number): Promise<number> => {
    const ready = Promise.withResolvers<number>()
    const started = await spawnGuarded({
      command: process.execPath,
      args: [join(options.root, "apps", "sandbox", "src", "main.ts")],
      cwd: options.root,
      env: {
        ...cleanEnvironment(process.env),
        LOOM_SANDBOX_HOST: "127.0.0.1",
        LOOM_SANDBOX_PORT: String(port),
        LOOM_SANDBOX_TOKEN: options.token,
        LOOM_SANDBOX_DATA: data,
        // Beyond the life of one world: the next run of the same repository installs nothing.
        LOOM_SANDBOX_STATES_MB: "4096",
        LOOM_SANDBOX_STATES: options.statesDir ?? join(options.root, ".loom", "states"),
        LOOM_SANDBOX_TOOLS: options.mounts.map(({ from, to }) => `${from}:${to}`).join(","),
      },
      logFile: options.directory.file("sandboxd.log"),
      onLine: (line) => {
        const decoded = Schema.decodeOption(Ready)(line)
        if (decoded._tag === "Some") ready.resolve(decoded.value.port)
      },
    })
    child = started
    void started.ended.then(() => ready.reject(failed("it ended while it was starting.", started)))
    const timer = setTimeout(() => ready.reject(failed(`it was not ready within ${startTimeoutMs / 1000} s.`, started)), startTimeoutMs)
    try {
      return await ready.promise
    } catch (error) {
      await started.kill()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
  // Nobody else gets it while the host is away to be started again.
  const port = await start(await freePort())
  return {
    url: `http://127.0.0.1:${port}`,
    kill: async () => child?.kill(),
    restart: async () => void (await start(port)),
    close: async () => child?.stop(5_000),
  }
}

const failed = (detail: string, child: GuardedChild): WorldFailed =>
  new WorldFailed({ part: "the sandbox host", detail, remedy: `Its whole log is ${child.log.file}.`, logTail: child.log.tail(25) })

/** A folder of this machine and its place inside the sandbox. */
export interface Mount {
  readonly from: string
  readonly to: string
}

/**
 * What of this machine the sandbox gets besides /usr: the folder that the bootstrap filled, this Node where it is in
 * neither, and the folders that serve as a package index (sandboxd allows those below the places that `mountable` names).
 */
export const sandboxMounts = (tools: string | null, execPath: string, indexFolders: ReadonlyArray<string>): ReadonlyArray<Mount> => {
  const prefix = dirname(dirname(execPath))
  const known = prefix === "/usr" || (tools !== null && execPath.startsWith(`${tools}/`))
  return [
    ...(tools === null ? [] : [{ from: tools, to: "/opt/loom/tools" }]),
    ...(known ? [] : [{ from: prefix, to: "/opt/loom/node" }]),
    ...indexFolders.filter((folder) => mountable.test(folder)).map((folder) => ({ from: folder, to: folder })),
  ]
}

/** The folder that the bootstrap filled with Node, npm, pnpm and yarn; null where it never ran. */
export const toolsFolder = (root: string, env: NodeJS.ProcessEnv): string | null => {
  const folder = env["LOOM_TOOLS"] ?? join(root, ".tools")
  return existsSync(join(folder, "bin")) ? folder : null
}

/** The same path inside, so that a `file:` URL means the same. A comma or colon cannot be said in LOOM_SANDBOX_TOOLS. */
const mountable = /^\/(opt|usr\/local|home|root|srv)\/[^,:]+$/
