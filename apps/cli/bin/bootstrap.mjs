// The door of every npm script: `node apps/cli/bin/bootstrap.mjs <command> [arguments]`.
// Runs on Node 20 with no packages installed; brings what is missing, then hands over to Node 24.
import { spawn } from "node:child_process"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { runCheck } from "./lib/check.mjs"
import { ensureDebianPackages } from "./lib/debian-packages.mjs"
import { childEnvironment } from "./lib/environment.mjs"
import { withInstallLock } from "./lib/install-lock.mjs"
import { ensurePackages } from "./lib/packages.mjs"
import { asJson } from "./lib/problem.mjs"
import { ensureStatusPage } from "./lib/status-page.mjs"
import { ensureTools } from "./lib/tools.mjs"

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..")

/**
 * What each command needs, and how it is run once that is there. `sandbox` and `test` are rows of lib/debian-packages.mjs,
 * `page` is the built status page.
 */
export const commands = {
  start: { needs: ["sandbox", "page"], run: ["apps/cli/src/main.ts", "start"] },
  try: { needs: ["sandbox", "page"], run: ["apps/cli/src/main.ts", "try"] },
  loom: { needs: [], run: ["apps/cli/src/main.ts"] },
  test: {
    needs: ["sandbox", "page", "test"],
    run: [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--config",
      "vitest.workspace.ts",
      "--reporter=default",
      "--reporter=./apps/cli/src/ci/closing-line-reporter.ts",
    ],
  },
  escape: {
    needs: ["sandbox"],
    run: [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--config",
      "vitest.workspace.ts",
      "--project=node",
      "--project=escape-long",
      "--reporter=default",
      "--reporter=./apps/sandbox/src/escape/table-reporter.ts",
      "apps/sandbox/src/escape/",
    ],
  },
  check: { needs: [], run: null },
  bench: { needs: ["sandbox", "page"], run: ["apps/cli/src/bench/main.ts"] },
  image: { needs: [], run: ["apps/sandbox/src/image/main.ts"] },
  deploy: { needs: ["page"], run: ["apps/sandbox/src/image/deploy.ts"] },
}

const usage = `usage: npm start | npm test | npm run try|loom|check|bench|test:escape|image|deploy -- [arguments]`

const main = async () => {
  const [name = "", ...rest] = process.argv.slice(2)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) throw new Error(`unknown command ${JSON.stringify(name)}\n${usage}`)
  const say = (line) => process.stderr.write(`loom: ${line}\n`)
  const needs = name === "loom" ? needsOf(rest[0]) : command.needs
  const { node, env } = await withInstallLock(root, say, () => prepare(needs, say))
  if (command.run === null) return runCheck(root, env)
  return handOver(node, [...command.run, ...rest], env)
}

/** Of what looks at Loom from outside, these run a sandbox or a whole Loom of their own. */
const needsOf = (order) => {
  if (order === "recipe") return ["sandbox"]
  return ["dev", "start", "try"].includes(order) ? ["sandbox", "page"] : commands.loom.needs
}

/** Brings what is missing; answers Node 24 and the environment for whatever runs next. */
const prepare = (needs, say) => {
  ensureDebianPackages(needs, say)
  const tools = ensureTools(root, say)
  ensurePackages(root, tools, say)
  const env = childEnvironment(process.env, { root, tools, callerDirectory: process.env.INIT_CWD ?? process.cwd() })
  if (needs.includes("page")) ensureStatusPage(root, tools, env, say)
  return { node: tools.node, env }
}

/** Runs the command in our place: same terminal, its exit code, and signals passed on. */
const handOver = (node, args, env) =>
  new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, env, stdio: "inherit" })
    // A terminal's Ctrl-C reaches the child by itself; a `kill` of this process has to be passed on.
    process.on("SIGINT", () => {})
    for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
    child.on("error", (error) => {
      process.stderr.write(`loom: ${error.message}\n`)
      resolve(1)
    })
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)))
  })

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().then(
    (code) => {
      process.exitCode = code
    },
    (error) => {
      process.stderr.write(process.argv.includes("--json") ? asJson(error) : `loom: ${error.message}\n`)
      process.exitCode = 1
    },
  )
}
