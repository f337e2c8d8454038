import { isAbsolute, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import type { Order } from "./commands/Order.ts"
import type { CommandContext } from "./commands/start.ts"
import { exitCodeOfError } from "./exit-code.ts"
import { parseArguments } from "./parse-arguments.ts"
import { errorText, wantsJson } from "./problem.ts"
import { isUrl } from "./proof/fetch-bytes.ts"
import { colorsFor } from "./render/colors.ts"
import { showCursor, type Screen } from "./render/ProgressView.ts"

const screen: Screen = {
  write: (text) => void process.stdout.write(text),
  isTTY: process.stdout.isTTY === true,
  columns: () => Math.min(process.stdout.columns ?? 80, 120),
}

const stop = new AbortController()

const context: CommandContext = {
  root: fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, ""),
  env: process.env,
  screen,
  colors: colorsFor(process.stdout, process.env),
  signal: stop.signal,
}

/** Each command brings its own part of Loom: `loom list` does not load a sandbox. */
const run = async (command: Order): Promise<number> => {
  switch (command.name) {
    case "help":
      screen.write(`${command.text}\n`)
      return 0
    case "completions":
      screen.write(command.script)
      return 0
    case "dev":
      return (await import("./commands/start.ts")).dev(command, context)
    case "start":
      return (await import("./commands/start.ts")).start(command, context)
    case "try":
      return (await import("./commands/try.ts")).tryRepository(
        {
          ...command,
          repository: location(command.repository),
          issue: path(command.issue),
          replay: command.replay === null ? null : path(command.replay),
          json: command.json === null ? null : path(command.json),
        },
        context,
      )
    case "recipe":
      return (await import("./commands/recipe.ts")).recipe({ ...command, repository: location(command.repository) }, context)
    case "doctor":
      return (await import("./commands/doctor.ts")).doctor(command, context)
    case "verify":
      return (await import("./commands/verify.ts")).verify(
        {
          ...command,
          proof: isUrl(command.proof) ? command.proof : path(command.proof),
          key: command.key === null ? null : path(command.key),
          repo: command.repo === null ? null : path(command.repo),
        },
        context,
      )
    case "keygen":
      return (await import("./commands/keygen.ts")).keygen(screen.write, (text) => void process.stderr.write(text))
    case "report":
      return (await import("./commands/report.ts")).report({ ...command, file: path(command.file) }, context)
    case "submit":
      return (await import("./commands/remote/run-remote.ts")).runRemote(
        { ...command, bodyFile: command.bodyFile === null || command.bodyFile === "-" ? command.bodyFile : path(command.bodyFile) },
        context,
      )
    default:
      return (await import("./commands/remote/run-remote.ts")).runRemote(command, context)
  }
}

/** npm runs us in the repository's root; the person stood elsewhere. */
const path = (typed: string): string => resolve(process.env["LOOM_CALLER_DIRECTORY"] ?? process.cwd(), typed)

/** A URL or `host:path` of ssh stays; anything else is a path. */
const location = (typed: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) || (/^[^/\s]+:/.test(typed) && !isAbsolute(typed)) ? typed : path(typed)

const exitCodes: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** The first signal ends in order; a second one, or 10 seconds, ends at once. What we started dies with us (guarded-child.ts). */
for (const [signal, code] of Object.entries(exitCodes)) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(code)
    if (screen.isTTY) screen.write(showCursor)
    process.exitCode = code
    stop.abort(new Stopped())
    setTimeout(() => process.exit(code), 10_000).unref()
  })
}

/** The person wants to stop: no failure of anything. */
class Stopped extends Error {}

const report = (error: unknown): number => {
  if (error instanceof Stopped || stop.signal.aborted) return Number(process.exitCode ?? 130)
  process.stderr.write(errorText(error, wantsJson(process.argv.slice(2))))
  return exitCodeOfError(error)
}

const main = async (): Promise<number> => {
  try {
    return await run(parseArguments(process.argv.slice(2), colorsFor(process.stdout, process.env).isColorSupported))
  } catch (error) {
    return report(error)
  }
}

/** A reader that went away (`| head`) is no failure of ours. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1))

/** Leaving drops what a pipe has not taken yet: it is written first. */
const flushed = (stream: NodeJS.WriteStream) => new Promise((done) => stream.write("", done))

const code = await main()
await Promise.all([flushed(process.stdout), flushed(process.stderr)])
process.exit(code)
