import type { Recipe, RecipeLine } from "@loom/core/domain/Recipe"
import type { RepositoryConfig } from "@loom/core/domain/RepositoryConfig"
import { quietEnv } from "../shell.ts"
import { adopt } from "./adopt.ts"
import { runnerOfCommand } from "./detectors/node.ts"
import { runnerOf } from "./find-runner.ts"
import { findFrameworks } from "./frameworks.ts"
import { detected } from "./languages.ts"
import { findNotes } from "./notes.ts"
import { findServices } from "./services.ts"
import { within, type Snapshot } from "./Snapshot.ts"
import { tellers, type Told } from "./sources/told.ts"
import { workspacePackages } from "./workspaces.ts"

const CONFIG = ".github/loom.yml"

/** Install lines of the root, run from a package's folder. */
const fromRoot = (line: RecipeLine): RecipeLine => ({ ...line, command: `cd "$(git rev-parse --show-toplevel)" && ${line.command}` })

const folderOf = (config: RepositoryConfig): string => {
  const folder = config.packages?.length === 1 ? config.packages[0]?.replace(/^\.\/|\/+$/g, "") : undefined
  return folder !== undefined && /^[\w@.-]+(\/[\w@.-]+)*$/.test(folder) && !folder.split("/").includes("..") ? folder : "."
}

/** Detection at the root, or in the one package of a monorepo that is named, installed from the root. */
const detectedIn = (snapshot: Snapshot, folder: string): Recipe => {
  const root = detected(snapshot)
  const inner = folder === "." ? null : detected(within(snapshot, folder))
  return inner === null || inner.test.length === 0
    ? withPackagesTests(snapshot, root)
    : {
        ...inner,
        cwd: folder,
        packageManager: root.packageManager ?? inner.packageManager,
        install: root.install.length > 0 ? root.install.map(fromRoot) : inner.install,
        tools: { ...root.tools, ...inner.tools },
      }
}

/** Packages whose tests are run one after another where the root has none of its own. */
const MAX_PACKAGES = 30

/** A monorepo whose root tests nothing is tested by its packages, each from its own folder, whatever becomes of the others. */
const withPackagesTests = (snapshot: Snapshot, root: Recipe): Recipe => {
  if (root.test.length > 0) return root
  const tested = workspacePackages(snapshot)
    .map(({ path }) => {
      const inner = within(snapshot, path)
      const recipe = detected(inner)
      // Its own AGENTS.md is the nearest there is.
      return { path, recipe: { ...recipe, ...testOf(inner, tellers(snapshot, path).slice(0, 1), recipe) } }
    })
    // Python's runners leave one report per run of the tests.
    .filter(({ recipe }) => recipe.test.length > 0 && recipe.language !== "python")
    .slice(0, MAX_PACKAGES)
  const [first] = tested
  return first === undefined
    ? root
    : {
        ...root,
        runner: first.recipe.runner,
        test: tested.flatMap(({ path, recipe }) =>
          recipe.test.map((line) => ({ command: `(cd "${path}" && ${line.command})`, origin: `${path}: ${line.origin}` })),
        ),
      }
}

/** The bare install of the package manager that detection found says nothing that detection does not say better. */
const isBareInstall = (command: string): boolean =>
  /^((npm (ci|install|i)|(pnpm|bun) (install|i)|yarn( install)?|bundle install|composer install)|(go mod download|cargo fetch))$/.test(
    command,
  )

/** First teller whose set-up is understood. Detection's tools (a Node of another version, a venv) come first in every case. */
const setupOf = (told: ReadonlyArray<Told>, base: Recipe): ReadonlyArray<RecipeLine> => {
  const setup = told.find((teller) => teller.setup.length > 0)?.setup
  if (setup === undefined || base.language === "python") return base.install
  const tools = base.install.filter((line) => line.command.includes('"$HOME/tools"'))
  const rest = base.install.filter((line) => !tools.includes(line))
  return [
    ...tools,
    ...setup.flatMap((line) =>
      isBareInstall(line.command) && rest.length > 0
        ? rest.map((known) => ({ command: known.command, origin: `${line.origin} (${line.command}): ${known.origin}` }))
        : [line],
    ),
  ]
}

/** The command names the runner that was found, whatever it is wrapped in (`coverage run -m pytest …`). */
const namesRunner = (command: string, base: Recipe): boolean =>
  !/\b(install|add|sync|download)\b/.test(command) &&
  (runnerOf(command) === base.runner || new RegExp(`(^|[\\s/])${base.runner.replace(":", ".")}(\\s|$)`).test(command))

/**
 * First teller with a command for the tests that Loom knows how to run; of CI only where all its jobs mean the same one, and none of its
 * commands with that runner was not understood: half of what CI tests would prove half. A single file on a page is an example.
 */
const testOf = (snapshot: Snapshot, told: ReadonlyArray<Told>, base: Recipe): Pick<Recipe, "test" | "runner"> => {
  for (const { ordered, test } of told) {
    const judged = test.map((line) => ({ line, adopted: adopt(snapshot, line, base) }))
    const known = judged.flatMap(({ adopted, line }) =>
      adopted === null || (ordered && namesFile(snapshot, line.command)) ? [] : [adopted],
    )
    const distinct = new Set(known.map((one) => one.test.map((line) => line.command).join("\n")))
    const whole = judged.every(({ adopted, line }) => adopted !== null || !namesRunner(line.command, base))
    const first = known[0]
    if (first !== undefined && (ordered || (whole && distinct.size === 1))) return first
  }
  return base
}

const namesFile = (snapshot: Snapshot, command: string): boolean =>
  command.split(/\s+/).some((word) => snapshot.paths.includes(word.replace(/^\.\//, "").replace(/::.*$/, "")))

/**
 * Precedence (product.md): `.github/loom.yml`, then what the repository wrote for agents and other machines (`told.ts`), then detection
 * (`languages.ts`). Every line keeps where it came from. Pure: nothing of the repository is run to find out.
 */
export const resolveRecipe = (snapshot: Snapshot, config: RepositoryConfig): Recipe => {
  const folder = folderOf(config)
  const base = detectedIn(snapshot, folder)
  const told = tellers(snapshot, base.cwd)
  const inside = base.cwd === "." ? snapshot : within(snapshot, base.cwd)
  const install =
    config.setup?.map((command) => ({ command, origin: `${CONFIG} setup` })) ?? (base.cwd === "." ? setupOf(told, base) : base.install)
  const configured = config.test?.map((command) => ({ command, origin: `${CONFIG} test` }))
  const found = testOf(inside, told, base)
  const runner =
    config.test === undefined
      ? found.runner
      : (config.test.map((command) => runnerOfCommand(snapshot, command)).find((name) => name !== "exit-code") ?? "exit-code")
  const language = base.language === "unknown" && (runner === "pytest" || runner === "unittest") ? "python" : base.language
  const { env, services, start } = findServices(snapshot)
  const tests = configured ?? found.test
  const extras = {
    frameworks: findFrameworks(snapshot),
    services,
    packages: workspacePackages(snapshot),
    notes: findNotes(snapshot),
  }
  return {
    ...base,
    language,
    install,
    // Where a person wrote the tests they also wrote what the tests need.
    test: tests.length === 0 || configured !== undefined ? tests : [...start, ...tests],
    runner,
    env: { ...quietEnv, ...base.env, ...env },
    ...Object.fromEntries(Object.entries(extras).filter(([, value]) => value.length > 0)),
  }
}
