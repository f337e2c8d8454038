import type { RecipeLine } from "@loom/core/domain/Recipe"
import type { Snapshot } from "../Snapshot.ts"
import { commandsIn } from "./markdown.ts"
import { ciJobs, copilotSetup } from "./workflows.ts"

/** What one source says about setting up and testing, as it is written there. */
export interface Told {
  readonly setup: ReadonlyArray<RecipeLine>
  /** Every command that may be one for the tests; `adopt.ts` judges. */
  readonly test: ReadonlyArray<RecipeLine>
  /** True: a list for people, of which the first that fits is meant. False: everything that some machine runs. */
  readonly ordered: boolean
}

/** An install command of a package manager and nothing else: no pipes, no downloads, no other programs. */
const SIMPLE =
  /^(npm (ci|install|i)|pnpm (install|i)|yarn( install)?|bun install|(python3? -m )?pip3? install|poetry install|uv sync|pipenv install|go mod download|cargo fetch|bundle install|composer install|make (deps|install|setup|bootstrap)|npm run (build|bootstrap|setup)|pnpm (run )?build|yarn (run )?build)\b[^|;&<>`$]*$/
/** A program for everybody, not something of this repository. */
const GLOBAL =
  /\s(-g|--global)(\s|$)|(pip3?|npm|pnpm) (install|i) (-U |--upgrade )?(pip|npm|pnpm|yarn|tox|nox|codecov|coveralls|c8|nyc)(\s|$|@)/

const split = (command: string): ReadonlyArray<string> => command.split("&&").map((part) => part.trim())

/** All or nothing: a half-understood set-up is worse than detection. */
const setupOf = (commands: ReadonlyArray<RecipeLine>): ReadonlyArray<RecipeLine> => {
  const lines = commands.flatMap(({ command, origin }) => split(command).map((part) => ({ command: part, origin })))
  return lines.length > 0 && lines.every(({ command }) => SIMPLE.test(command)) ? lines.filter(({ command }) => !GLOBAL.test(command)) : []
}

/** A page for agents: its set-up is the install commands it names; a page may name many other things. */
const page = (path: string, snapshot: Snapshot): Told => {
  const commands = commandsIn(snapshot.files.get(path) ?? "").map(({ command, line }) => ({ command, origin: `${path}:${line}` }))
  const installs = commands.filter(({ command }) => SIMPLE.test(split(command)[0] ?? "") && !GLOBAL.test(command))
  return { setup: setupOf(installs.slice(0, 1)), test: commands, ordered: true }
}

const devcontainer = (snapshot: Snapshot): Told => {
  for (const path of [".devcontainer/devcontainer.json", ".devcontainer.json"]) {
    const text = snapshot.files.get(path) ?? ""
    const command = /"(?:updateContentCommand|postCreateCommand)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]
    const key = text.includes("updateContentCommand") ? "updateContentCommand" : "postCreateCommand"
    if (command !== undefined) return { setup: setupOf([{ command, origin: `${path} ${key}` }]), test: [], ordered: true }
  }
  return nothing
}

const copilot = (snapshot: Snapshot): Told => {
  const found = copilotSetup(snapshot)
  return found === null
    ? nothing
    : { setup: setupOf(found.commands.map((command) => ({ command, origin: found.origin }))), test: [], ordered: true }
}

/** CI runs what it runs on many machines: its tests count, its set-up is detection's better known one. */
const ci = (snapshot: Snapshot): Told => ({
  setup: [],
  test: ciJobs(snapshot).flatMap(({ commands, origin, unread }) =>
    [...commands.flatMap(split), ...unread].map((command) => ({ command, origin })),
  ),
  ordered: false,
})

const openhands = (snapshot: Snapshot): Told => {
  const path = ".openhands/setup.sh"
  const lines = (snapshot.files.get(path) ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(#|set -|cd "?\$|export CI=)/.test(line))
  return { setup: setupOf(lines.map((command) => ({ command, origin: path }))), test: [], ordered: true }
}

const nothing: Told = { setup: [], test: [], ordered: true }

/**
 * Everything that speaks before detection, in the order of product.md. `folder` is the tested package: its own AGENTS.md is nearer
 * than the root's.
 */
export const tellers = (snapshot: Snapshot, folder: string): ReadonlyArray<Told> => {
  const nearest = folder === "." ? [] : folder.split("/").map((_, index, all) => all.slice(0, all.length - index).join("/"))
  const agents = [...nearest.map((path) => `${path}/AGENTS.md`), "AGENTS.md"].map((path) => page(path, snapshot))
  const rules = [...snapshot.files.keys()].filter((path) => path.startsWith(".cursor/rules/")).toSorted()
  const others = ["CLAUDE.md", ".github/copilot-instructions.md", ".cursorrules", ...rules].map((path) => page(path, snapshot))
  return [...agents, copilot(snapshot), devcontainer(snapshot), ci(snapshot), openhands(snapshot), ...others]
}
