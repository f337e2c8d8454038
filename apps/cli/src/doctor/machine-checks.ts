import { execFile } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { availableParallelism, totalmem } from "node:os"
import { onPath } from "../../bin/lib/debian-packages.mjs"
import type { Check } from "./Check.ts"

const NODE_MAJOR = 24
const MEMORY_BYTES = 2 * 2 ** 30
const CHROMIUMS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]

const ask = (command: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): Promise<string | null> =>
  new Promise((resolve) => {
    execFile(command, [...args], { env, timeout: 10_000 }, (error, stdout) => resolve(error === null ? stdout.trim() : null))
  })

const machine = (name: string, state: Check["state"], detail: string, remedy: string | null = null): Check => ({
  part: "machine",
  name,
  state,
  detail,
  remedy: state === "ok" ? null : remedy,
})

/** What Loom needs of this machine before anything is started. */
export const machineChecks = async (env: NodeJS.ProcessEnv): Promise<ReadonlyArray<Check>> => {
  const path = env["PATH"] ?? ""
  const [git, bwrap] = await Promise.all([ask("git", ["--version"], env), ask("bwrap", ["--version"], env)])
  const major = Number(process.versions.node.split(".")[0])
  const gibibytes = (totalmem() / 2 ** 30).toFixed(1)
  const chromium = CHROMIUMS.find((program) => onPath(program, path)) ?? env["CHROMIUM_PATH"]
  return [
    machine("Node", major >= NODE_MAJOR ? "ok" : "failed", process.version, "npm start   # brings Node 24 into .tools"),
    git === null
      ? machine("git", "failed", "not installed", "sudo apt-get install -y git")
      : machine("git", "ok", git.replace("git version ", "")),
    bwrap === null
      ? machine("bubblewrap", "failed", "not installed", "sudo apt-get install -y bubblewrap")
      : machine("bubblewrap", "ok", bwrap.replace("bubblewrap ", "")),
    process.platform === "linux"
      ? machine("kernel", "ok", readFileSync("/proc/sys/kernel/osrelease", "utf8").trim())
      : machine(
          "kernel",
          "failed",
          `${process.platform} has no namespaces`,
          "run the sandbox host on Linux and name it with LOOM_SANDBOX_URL",
        ),
    machine(
      "size",
      totalmem() >= MEMORY_BYTES ? "ok" : "note",
      `${availableParallelism()} cores, ${gibibytes} GiB of memory`,
      "give the machine 2 GiB or more: a compiler and a test suite run at once",
    ),
    chromium !== undefined && (existsSync(chromium) || onPath(chromium, path))
      ? machine("Chromium", "ok", chromium)
      : machine("Chromium", "note", "not installed; only `npm test` wants it", "sudo apt-get install -y chromium"),
  ]
}
