import type { Recipe, RecipeLine, Runner } from "@loom/core/domain/Recipe"
import { expandScript, runnerOf, runnerOfScript } from "../find-runner.ts"
import { workflowCommands } from "../sources/workflows.ts"
import type { Detector } from "../Detector.ts"
import { nodeInstallCommand, nodeWish } from "../node-version.ts"
import { packageManager, type Manager } from "../package-managers.ts"
import { readPackageJson, type PackageJson } from "../PackageJson.ts"
import type { Snapshot } from "../Snapshot.ts"
import { delegates, testSteps } from "../test-steps.ts"

/** npm writes this script into every new package. */
const NO_TEST = /no test specified/

/** A package without a test script, by the runner it depends on. */
const BY_DEPENDENCY: ReadonlyArray<readonly [string, Runner, string]> = [
  ["vitest", "vitest", "vitest run"],
  ["jest", "jest", "jest"],
  ["react-scripts", "jest", "react-scripts test"],
  ["mocha", "mocha", "mocha"],
  ["ava", "ava", "ava"],
  ["tap", "tap", "tap"],
  ["tape", "tap", "tape 'test/**/*.js'"],
  ["jasmine", "jasmine", "jasmine"],
  ["uvu", "uvu", "uvu"],
]

interface TestChoice {
  readonly line: RecipeLine
  readonly runner: Runner
  /** The commands that are run in the end, as far as they are known. */
  readonly leaves: ReadonlyArray<string>
}

/** Loom proves with the tests of a script: what else is in it is left out (`test-steps.ts`), and the origin says so. */
const ofScript = (name: string, json: PackageJson, manager: Manager): TestChoice & { readonly known: Runner | null } => {
  const origin = `package.json scripts.${name}`
  const steps = testSteps(name, json.scripts, manager, json.coverageRequires)
  const known = steps === null ? runnerOfScript(name, json.scripts) : steps.runner
  const found = { known, runner: known ?? "exit-code", leaves: steps?.leaves ?? expandScript(name, json.scripts) } as const
  if (steps === null || steps.command === null) return { ...found, line: { command: manager.run(name), origin } }
  const what = `${steps.prepares ? "its tests and what they need" : "its test runner"}${known === null ? "" : `: ${known}`}`
  const without = steps.without.length === 0 ? "" : `; without ${steps.without.slice(0, 5).join(", ")}`
  return {
    ...found,
    line: {
      command: steps.command,
      origin:
        steps.script === null
          ? `${origin} (only ${what}${without})`
          : `package.json scripts.${steps.script} (of scripts.${name} only ${what}${without})`,
    },
  }
}

const chooseTest = (snapshot: Snapshot, json: PackageJson, manager: Manager, script: string | null): TestChoice | null => {
  const direct = snapshot.imports.get("node:test") ?? []
  if (script !== null && script !== "test") return ofScript(script, json, manager)
  const whole = json.scripts["test"]
  if (whole !== undefined && whole.trim() !== "" && !NO_TEST.test(whole)) {
    const runsOwnFile =
      direct.length > 0 && expandScript("test", json.scripts).some((segment) => /(^|\s)(node|tsx|ts-node)\s/.test(segment))
    const choice = ofScript("test", json, manager)
    return { ...choice, runner: choice.known ?? (runsOwnFile ? "node:test" : (delegated(snapshot, json) ?? "exit-code")) }
  }
  const other = ["test:unit", "unit", "tests", "test:ci", "test:all", "jest", "mocha", "vitest"].find(
    (name) => json.scripts[name] !== undefined,
  )
  if (other !== undefined) {
    return ofScript(other, json, manager)
  }
  const dependency = BY_DEPENDENCY.find(([name]) => json.dependencies.has(name))
  if (dependency !== undefined) {
    return {
      line: { command: manager.exec(dependency[2]), origin: `detection: the package ${dependency[0]}` },
      runner: dependency[1],
      leaves: [dependency[2]],
    }
  }
  if (manager.name === "bun" && snapshot.paths.some((path) => /[._](test|spec)\.[jt]sx?$/.test(path))) {
    return { line: { command: "bun test", origin: "detection: bun and test files" }, runner: "bun", leaves: [] }
  }
  return direct.length > 0
    ? { line: { command: "node --test", origin: `detection: ${direct[0] ?? ""} imports node:test` }, runner: "node:test", leaves: [] }
    : null
}

/** A workspace root hands its tests on (`pnpm -r test`, `turbo run test`, `lerna run test`): the packages' runner, when they agree. */
const delegated = (snapshot: Snapshot, json: PackageJson): Runner | null => {
  if (!delegates(json.scripts["test"] ?? "")) return null
  const runners = new Set(
    [...snapshot.files.keys()]
      .filter((path) => path.endsWith("/package.json"))
      .flatMap((path) => {
        const inner = readPackageJson(snapshot, path)
        const runner = inner === null ? null : runnerOfScript("test", inner.scripts)
        return runner === null ? [] : [runner]
      }),
  )
  return runners.size > 0 ? ([...runners][0] ?? null) : null
}

/**
 * A build before the tests, in the same line so that a change is built again. Needed when the tests run against build output that is
 * not in git and nothing in the test script makes it; CI that builds before it tests is the witness for a workspace.
 */
const needsBuild = (snapshot: Snapshot, json: PackageJson, chain: ReadonlyArray<string>): string | null => {
  const build = json.scripts["build"]
  if (build === undefined) return null
  const builds = expandScript("build", json.scripts)
  if (chain.some((segment) => builds.includes(segment) || /(^|\s)(tsc|tsup|rollup|unbuild)(\s+(-b|--build|-p)|$)/.test(segment)))
    return null
  const output = /(?:^|[\s"'./=])(dist|build|lib|out)\//.exec(chain.join("\n"))?.[1]
  if (output !== undefined && !snapshot.paths.some((path) => path.startsWith(`${output}/`)))
    return `package.json scripts.test uses ${output}/, which is not in git`
  const commands = workflowCommands(snapshot)
  const testAt = commands.findIndex((command) => /^(npm|pnpm|yarn|bun)( run)? (test|t)\b/.test(command))
  const buildAt = commands.findIndex((command) => /^(npm|pnpm|yarn|bun)( run)? build$/.test(command))
  const untracked = /"\.?\/?(dist|build|lib|out|es|cjs)\//.exec(json.entry)?.[1]
  const produced =
    json.workspaces ||
    snapshot.files.has("pnpm-workspace.yaml") ||
    (untracked !== undefined && !snapshot.paths.some((path) => path.startsWith(`${untracked}/`)))
  return buildAt >= 0 && testAt > buildAt && produced ? "CI workflow builds before it tests" : null
}

/** A repository with a package.json at its root, tested by `script` of it; null: by the one that detection finds. */
export const nodeRecipe = (snapshot: Snapshot, script: string | null): Recipe | null => {
  const json = readPackageJson(snapshot)
  if (json === null) return null
  const manager = packageManager(snapshot, json)
  const wish = nodeWish(snapshot, json)
  const test = chooseTest(snapshot, json, manager, script)
  const build = test === null ? null : needsBuild(snapshot, json, test.leaves)
  const building = json.scripts["build"]
  const nothingToInstall = json.dependencies.size === 0 && !json.workspaces && manager.name === "npm"
  return {
    cwd: ".",
    language: snapshot.files.has("tsconfig.json") || snapshot.paths.includes("tsconfig.json") ? "typescript" : "javascript",
    packageManager: manager.version === null ? manager.name : `${manager.name}@${manager.version}`,
    runner: test?.runner ?? "exit-code",
    install: [
      ...(wish !== null && wish.fetch !== null
        ? [{ command: nodeInstallCommand(wish.fetch, snapshot.tools.get("arch") ?? ""), origin: `${wish.origin}: ${wish.wanted}` }]
        : []),
      ...(nothingToInstall ? [] : manager.install),
    ],
    test:
      test === null
        ? []
        : [
            build === null
              ? test.line
              : { command: `${manager.run("build")} && ${test.line.command}`, origin: `${test.line.origin}; build first: ${build}` },
          ],
    env: {},
    tools: wish === null ? {} : { node: wish.wanted },
    ...(building === undefined || build !== null || test === null
      ? {}
      : { build: { command: manager.run("build"), origin: "package.json scripts.build" } }),
  }
}

export const node: Detector = { language: "javascript", detect: (snapshot) => nodeRecipe(snapshot, null) }

/** Runner of a command line that a person wrote in `.github/loom.yml`. */
export const runnerOfCommand = (snapshot: Snapshot, command: string): Runner => {
  const json = readPackageJson(snapshot)
  const scripts = json?.scripts ?? {}
  const called = /\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+|run-script\s+)?([\w:.-]+)/.exec(command)?.[1]
  const name = called === "t" ? "test" : called
  return runnerOf(command) ?? (name === undefined || scripts[name] === undefined ? null : runnerOfScript(name, scripts)) ?? "exit-code"
}
