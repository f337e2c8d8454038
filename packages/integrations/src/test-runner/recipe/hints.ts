import { Option, Schema } from "effect"
import { parse } from "yaml"
import type { Snapshot } from "./Snapshot.ts"

const Workflow = Schema.Struct({
  jobs: Schema.Record(
    Schema.String,
    Schema.Struct({
      steps: Schema.optionalKey(Schema.Array(Schema.Struct({ run: Schema.optionalKey(Schema.Unknown) }))),
    }),
  ),
})
const decode = Schema.decodeUnknownOption(Workflow)

/** The plain command lines of a workflow's `run:` steps; lines with expressions, heredocs or shell control are left out. */
const commandsOf = (text: string): ReadonlyArray<string> => {
  let document: unknown
  try {
    document = parse(text)
  } catch {
    return []
  }
  return Option.match(decode(document), {
    onNone: () => [],
    onSome: ({ jobs }) =>
      Object.values(jobs).flatMap((job) =>
        (job.steps ?? []).flatMap(({ run }) =>
          typeof run !== "string"
            ? []
            : run
                .replaceAll(/\\\n\s*/g, " ")
                .split("\n")
                .map((line) => line.trim())
                .filter((line) => line !== "" && !/\$\{\{|<<|^#|^(if|for|while|case|fi|done|echo|cat)\b/.test(line)),
        ),
      ),
  })
}

const isSetup = (path: string) => /copilot-setup-steps\.ya?ml$/.test(path)

/** Command lines of every CI workflow, in order. */
export const workflowCommands = (snapshot: Snapshot): ReadonlyArray<string> =>
  [...snapshot.files].filter(([path]) => path.startsWith(".github/workflows/") && !isSetup(path)).flatMap(([, text]) => commandsOf(text))

/** An install command of a package manager and nothing else: no pipes, no downloads, no other programs. */
const SIMPLE =
  /^(npm (ci|install)|pnpm (install|i)|yarn( install)?|bun install|(python3? -m )?pip3? install|poetry install|uv sync|pipenv install|go mod download|cargo fetch|make (deps|install|setup|bootstrap)|npm run (build|bootstrap|setup)|pnpm (run )?build|yarn (run )?build)\b[^|;&<>`$]*$/

interface SetupHint {
  readonly commands: ReadonlyArray<string>
  readonly origin: string
}

/**
 * What the repository wrote for other machines that prepare it: `copilot-setup-steps.yml`, then devcontainer's `postCreateCommand`.
 * Taken only when every command is one Loom understands; a half-understood set-up is worse than detection.
 */
export const setupHint = (snapshot: Snapshot): SetupHint | null => {
  for (const [path, text] of snapshot.files) {
    if (!isSetup(path)) continue
    const commands = commandsOf(text)
    if (commands.length > 0 && commands.every((command) => SIMPLE.test(command))) return { commands, origin: path }
  }
  for (const path of [".devcontainer/devcontainer.json", ".devcontainer.json"]) {
    const text = snapshot.files.get(path)
    const command = /"(?:updateContentCommand|postCreateCommand)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text ?? "")?.[1]
    const commands = command?.split("&&").map((part) => part.trim()) ?? []
    if (commands.length > 0 && commands.every((part) => SIMPLE.test(part))) return { commands, origin: path }
  }
  return null
}
