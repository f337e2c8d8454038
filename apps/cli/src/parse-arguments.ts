import { parseArgs, type ParseArgsOptionsConfig } from "node:util"
import { BadInput } from "./CliError.ts"

/** One order of a person, checked. Paths are still as they were typed. */
export type Command =
  | { readonly name: "help" }
  | { readonly name: "start"; readonly exit: boolean; readonly port: number | null }
  | {
      readonly name: "try"
      /** A path or URL of a git repository. */
      readonly repository: string
      /** Branch, tag or commit; null for the repository's HEAD. */
      readonly ref: string | null
      readonly issue: string
      readonly replay: string | null
      readonly json: string | null
      readonly keep: boolean
    }
  | { readonly name: "list" }
  | { readonly name: "show"; readonly task: string }
  | { readonly name: "doctor"; readonly json: boolean }
  | {
      readonly name: "verify"
      /** A file or a URL. */
      readonly proof: string
      readonly key: string | null
      readonly repo: string | null
      readonly hash: string | null
      readonly json: boolean
    }
  | { readonly name: "keygen" }
  | {
      readonly name: "recipe"
      /** A path or URL of a git repository. */
      readonly repository: string
      readonly ref: string | null
      readonly json: boolean
      readonly prove: boolean
      readonly yml: boolean
    }
  /** `--exit-code` is that of the command which wrote the file; null when it is not known. */
  | { readonly name: "report"; readonly file: string; readonly json: boolean; readonly exitCode: number | null; readonly runner: string }

export const usage = `usage:
  npm start [-- --exit] [-- --port N]
      the main job on a sample repository, in front of you; --exit ends after
      the pull request
  npm run try -- --repo <path|URL> [--ref <commit>] --issue <file.md>
                 [--replay <file.json>] [--json <out.json>] [--keep]
      the same on any git repository; --keep leaves the local world on disk
  npm run loom -- list | show <task>
      looks at the Loom that \`npm start\` runs, or at LOOM_URL
  npm run loom -- doctor [--json]
      whether this machine, its sandbox, its registries and that Loom are
      well, each with the command that mends it
  npm run loom -- verify <proof file or URL> [--key <public key file>]
                  [--repo <path of a clone>] [--hash <sha-256>] [--json]
      whether a proof is genuine and its commit is what was tested
  npm run -s loom -- keygen
      a new private key for LOOM_PROOF_KEY, on standard output
  npm run loom -- recipe <path|URL> [--ref <commit>] [--json | --yml] [--no-prove]
      how Loom installs and tests a repository, where it has that from, and
      what comes of it here; --yml writes it as a .github/loom.yml
  npm run loom -- report [--json] [--exit-code N] [--runner auto|NAME] <file>
      what a captured test output or report file proves`

/** @throws BadInput with one sentence and the usage */
export const parseArguments = (argv: ReadonlyArray<string>): Command => {
  const [name, ...rest] = argv
  switch (name) {
    case "start": {
      const { values } = parse(rest, { exit: { type: "boolean" }, port: { type: "string" } }, 0)
      return { name, exit: values["exit"] === true, port: portOf(text(values["port"])) }
    }
    case "try": {
      const { values } = parse(
        rest,
        {
          repo: { type: "string" },
          ref: { type: "string" },
          issue: { type: "string" },
          replay: { type: "string" },
          json: { type: "string" },
          keep: { type: "boolean" },
        },
        0,
      )
      return {
        name,
        repository: required(text(values["repo"]), "--repo <path or URL of a git repository>"),
        ref: text(values["ref"]),
        issue: required(text(values["issue"]), "--issue <file.md>"),
        replay: text(values["replay"]),
        json: text(values["json"]),
        keep: values["keep"] === true,
      }
    }
    case "verify": {
      const { positionals, values } = parse(
        rest,
        { key: { type: "string" }, repo: { type: "string" }, hash: { type: "string" }, json: { type: "boolean" } },
        1,
      )
      return {
        name,
        proof: required(positionals[0] ?? null, "the file or URL of a proof"),
        key: text(values["key"]),
        repo: text(values["repo"]),
        hash: hashOf(text(values["hash"])),
        json: values["json"] === true,
      }
    }
    case "list":
    case "keygen":
      parse(rest, {}, 0)
      return { name }
    case "doctor": {
      const { values } = parse(rest, { json: { type: "boolean" } }, 0)
      return { name, json: values["json"] === true }
    }
    case "recipe": {
      const { positionals, values } = parse(
        rest,
        { ref: { type: "string" }, json: { type: "boolean" }, yml: { type: "boolean" }, "no-prove": { type: "boolean" } },
        1,
      )
      if (values["json"] === true && values["yml"] === true) throw new BadInput({ detail: `Give --json or --yml, not both.\n${usage}` })
      return {
        name,
        repository: required(positionals[0] ?? null, "the path or URL of a git repository"),
        ref: text(values["ref"]),
        json: values["json"] === true,
        prove: values["no-prove"] !== true,
        yml: values["yml"] === true,
      }
    }
    case "show": {
      const { positionals } = parse(rest, {}, 1)
      return { name, task: required(positionals[0] ?? null, "the id of a task, as `loom list` shows it") }
    }
    case "report": {
      const { values, positionals } = parse(
        rest,
        { json: { type: "boolean" }, "exit-code": { type: "string" }, runner: { type: "string" } },
        1,
      )
      return {
        name,
        file: required(positionals[0] ?? null, "the file: a captured output or a report"),
        json: values["json"] === true,
        exitCode: exitCodeOf(text(values["exit-code"])),
        runner: text(values["runner"]) ?? "auto",
      }
    }
    case undefined:
    case "help":
    case "--help":
    case "-h":
      return { name: "help" }
    default:
      throw new BadInput({ detail: `There is no command ${JSON.stringify(name)}.\n${usage}` })
  }
}

const parse = (argv: ReadonlyArray<string>, options: ParseArgsOptionsConfig, positionals: number) => {
  try {
    const parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
    const extra = parsed.positionals[positionals]
    if (extra !== undefined) throw new Error(`Unexpected argument ${JSON.stringify(extra)}.`)
    return parsed
  } catch (error) {
    throw new BadInput({ detail: `${error instanceof Error ? error.message : String(error)}\n${usage}` })
  }
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null)

const required = (value: string | null, what: string): string => {
  if (value === null || value.trim() === "") throw new BadInput({ detail: `Give ${what}.\n${usage}` })
  return value
}

const hashOf = (value: string | null): string | null => {
  if (value !== null && !/^[0-9a-f]{64}$/i.test(value)) {
    throw new BadInput({ detail: `--hash ${value} is no sha-256; give the 64 hexadecimal digits of the pull request.` })
  }
  return value
}

/** What a shell may see: 0 to 255. */
const exitCodeOf = (value: string | null): number | null => {
  if (value === null) return null
  if (!/^\d{1,3}$/.test(value) || Number(value) > 255)
    throw new BadInput({ detail: `--exit-code ${value} is not an exit code; give a number from 0 to 255.` })
  return Number(value)
}

const portOf = (value: string | null): number | null => {
  if (value === null) return null
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new BadInput({ detail: `--port ${value} is not a port; give a number from 1 to 65535.` })
  }
  return port
}
