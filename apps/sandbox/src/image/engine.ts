import { spawn, spawnSync } from "node:child_process"

/** A Docker engine that answers, through the `docker` of PATH (or LOOM_DOCKER) and its own settings (DOCKER_HOST …). */
export interface Engine {
  readonly version: string
  /** Standard output, trimmed. @throws Error with the end of what it said */
  readonly run: (args: ReadonlyArray<string>, options?: { readonly input?: string }) => string
  /** The same, with everything it says told as it comes. */
  readonly runLoudly: (args: ReadonlyArray<string>, say: (text: string) => void) => Promise<void>
}

const command = (): string => process.env["LOOM_DOCKER"] ?? "docker"

const failure = (args: ReadonlyArray<string>, output: string): Error =>
  new Error(`\`docker ${args.slice(0, 3).join(" ")}\` failed:\n${output.trim().split("\n").slice(-20).join("\n")}`)

/** The engine, or why there is none. */
export const findEngine = (): Engine | { readonly missing: string } => {
  const asked = spawnSync(command(), ["version", "--format", "{{.Server.Version}}"], { encoding: "utf8", timeout: 20_000 })
  if (asked.error !== undefined) return { missing: "no docker command; install Docker, or name a compatible command in LOOM_DOCKER" }
  if (asked.status !== 0) return { missing: `no Docker engine answers (${asked.stderr.trim().split("\n")[0] ?? ""}); start one` }
  return {
    version: asked.stdout.trim(),
    run: (args, options) => {
      const ran = spawnSync(command(), args, {
        encoding: "utf8",
        maxBuffer: 256 << 20,
        ...(options?.input === undefined ? {} : { input: options.input }),
      })
      if (ran.status !== 0) throw failure(args, `${ran.stdout ?? ""}\n${ran.stderr ?? ""}${ran.error?.message ?? ""}`)
      return ran.stdout.trim()
    },
    runLoudly: (args, say) =>
      new Promise((resolve, reject) => {
        let output = ""
        const child = spawn(command(), args, { stdio: ["ignore", "pipe", "pipe"] })
        for (const stream of [child.stdout, child.stderr]) {
          stream.on("data", (chunk: Buffer) => {
            output = (output + chunk.toString()).slice(-20_000)
            say(chunk.toString())
          })
        }
        child.once("error", reject)
        child.once("close", (code) => (code === 0 ? resolve() : reject(failure(args, output))))
      }),
  }
}
