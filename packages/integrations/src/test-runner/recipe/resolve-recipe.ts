import type { Recipe, RecipeLine } from "@loom/core/domain/Recipe"
import type { RepositoryConfig } from "@loom/core/domain/RepositoryConfig"
import { quietEnv } from "../shell.ts"
import { setupHint } from "./hints.ts"
import { nodeRecipe, runnerOfCommand } from "./node-recipe.ts"
import { pythonRecipe } from "./python-recipe.ts"
import type { Snapshot } from "./Snapshot.ts"

const CONFIG = ".github/loom.yml"

const goRecipe = (snapshot: Snapshot): Recipe | null => {
  const mod = snapshot.files.get("go.mod")
  if (mod === undefined) return null
  const version = /^go\s+(\S+)/m.exec(mod)?.[1]
  return {
    cwd: ".",
    language: "go",
    packageManager: "go",
    runner: "go",
    install: /^require\b/m.test(mod) ? [{ command: "go mod download", origin: "go.mod" }] : [],
    test: snapshot.paths.some((path) => path.endsWith("_test.go"))
      ? [{ command: "go test ./...", origin: "detection: go.mod and _test.go files" }]
      : [],
    env: { GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" },
    tools: version === undefined ? {} : { go: version },
  }
}

const cargoRecipe = (snapshot: Snapshot): Recipe | null =>
  snapshot.files.has("Cargo.toml")
    ? {
        cwd: ".",
        language: "rust",
        packageManager: "cargo",
        runner: "cargo",
        install: [{ command: "cargo fetch", origin: "Cargo.toml" }],
        test: [{ command: "cargo test --offline --no-fail-fast", origin: "detection: Cargo.toml" }],
        env: { CARGO_TERM_COLOR: "never" },
        tools: {},
      }
    : null

const makeRecipe = (snapshot: Snapshot): Recipe | null => {
  const target = /^(test|check)\s*:/m.exec(snapshot.files.get("Makefile") ?? "")?.[1]
  return target === undefined
    ? null
    : {
        cwd: ".",
        language: "unknown",
        packageManager: null,
        runner: "exit-code",
        install: [],
        test: [{ command: `make ${target}`, origin: `Makefile ${target}` }],
        env: {},
        tools: {},
      }
}

const nothing: Recipe = {
  cwd: ".",
  language: "unknown",
  packageManager: null,
  runner: "exit-code",
  install: [],
  test: [],
  env: {},
  tools: {},
}

/** Detection, in order: the first recipe that knows how to test, else the first that knows how to install. */
const detected = (snapshot: Snapshot): Recipe => {
  const found = [nodeRecipe, pythonRecipe, goRecipe, cargoRecipe, makeRecipe].flatMap((detect) => {
    const recipe = detect(snapshot)
    return recipe === null ? [] : [recipe]
  })
  return found.find((recipe) => recipe.test.length > 0) ?? found[0] ?? nothing
}

/** The snapshot of one package of a monorepo, with its paths made relative to it. */
const within = (snapshot: Snapshot, folder: string): Snapshot => {
  const cut = (path: string) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])
  return {
    tools: snapshot.tools,
    paths: snapshot.paths.flatMap(cut),
    files: new Map([...snapshot.files].flatMap(([path, text]) => cut(path).map((short) => [short, text] as const))),
    imports: new Map([...snapshot.imports].map(([kind, paths]) => [kind, paths.flatMap(cut)])),
  }
}

/** Install lines of the root, run from a package's folder. */
const fromRoot = (line: RecipeLine): RecipeLine => ({ ...line, command: `cd "$(git rev-parse --show-toplevel)" && ${line.command}` })

/**
 * Precedence (product.md): `.github/loom.yml`, then set-up written for other machines, then detection. With exactly one entry in
 * `packages` the tests are those of that package, installed from the root.
 */
export const resolveRecipe = (snapshot: Snapshot, config: RepositoryConfig): Recipe => {
  const root = detected(snapshot)
  const folder = config.packages?.length === 1 ? config.packages[0]?.replace(/^\.\/|\/+$/g, "") : undefined
  const inner =
    folder !== undefined && /^[\w@.-]+(\/[\w@.-]+)*$/.test(folder) && !folder.split("/").includes("..")
      ? detected(within(snapshot, folder))
      : null
  const base: Recipe =
    inner === null || folder === undefined || inner.test.length === 0
      ? root
      : {
          ...inner,
          cwd: folder,
          packageManager: root.packageManager ?? inner.packageManager,
          install: root.install.length > 0 ? root.install.map(fromRoot) : inner.install,
          tools: { ...root.tools, ...inner.tools },
        }
  const hint = config.setup === undefined ? setupHint(snapshot) : null
  const tools = base.install.filter((line) => line.command.includes('"$HOME/tools"') || line.command.includes("-m venv"))
  const install =
    config.setup !== undefined
      ? config.setup.map((command) => ({ command, origin: `${CONFIG} setup` }))
      : hint !== null && base.language !== "python"
        ? [...tools, ...hint.commands.map((command) => ({ command, origin: hint.origin }))]
        : base.install
  const test = config.test?.map((command) => ({ command, origin: `${CONFIG} test` })) ?? base.test
  const runner =
    config.test === undefined
      ? base.runner
      : (config.test.map((command) => runnerOfCommand(snapshot, command)).find((name) => name !== "exit-code") ?? "exit-code")
  const language = base.language === "unknown" && (runner === "pytest" || runner === "unittest") ? "python" : base.language
  return { ...base, language, install, test, runner, env: { ...quietEnv, ...base.env } }
}
