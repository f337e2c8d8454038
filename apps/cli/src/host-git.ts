import { execFile } from "node:child_process"
import { promisify } from "node:util"

/** What tells git of another repository than the one it is called for (`git rev-parse --local-env-vars`): set in hooks, for one. */
const LOCAL = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_GRAFT_FILE",
  "GIT_INDEX_FILE",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_REPLACE_REF_BASE",
  "GIT_PREFIX",
  "GIT_SHALLOW_FILE",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_EXTERNAL_DIFF",
])

/** Nothing is run beside git itself, and nothing is fetched that was not asked for. */
const SETTINGS: ReadonlyArray<readonly [string, string]> = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.alternateRefsCommand", ""],
  ["core.protectHFS", "true"],
  ["core.protectNTFS", "true"],
  ["fetch.recurseSubmodules", "false"],
  ["submodule.recurse", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
]

/**
 * Environment of git on this machine: the person's own settings count (proxy, ssh, credentials), but no question is asked and no
 * transport runs a program that an address names. A repository that is fetched from serves itself with its own settings, on this machine
 * where it lies here: it may not fetch what it lacks (CVE-2024-32004).
 */
const environment = (protocols: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !LOCAL.has(name) && !/^GIT_CONFIG_(COUNT|KEY|VALUE)/.test(name))),
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_PAGER: "cat",
  GIT_ALLOW_PROTOCOL: protocols,
  GIT_CONFIG_COUNT: String(SETTINGS.length),
  ...Object.fromEntries(
    SETTINGS.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
})

export interface HostGit {
  readonly input?: string
  /** Default: none at all. */
  readonly protocols?: string
  /** Of stdout; more is an error. Default 64 MiB. */
  readonly maxBytes?: number
}

/**
 * git in a bare repository that Loom made itself. On this machine it is run on no other: a working tree, or a `.git` that somebody else
 * wrote, is opened inside the sandbox only.
 */
export const hostGit = async (path: string, args: ReadonlyArray<string>, options: HostGit = {}): Promise<string> => {
  const running = promisify(execFile)("git", ["-C", path, ...args], {
    env: environment(options.protocols ?? "none"),
    maxBuffer: options.maxBytes ?? 64 * 1024 * 1024,
  })
  if (options.input !== undefined) {
    running.child.stdin?.on("error", () => {})
    running.child.stdin?.end(options.input)
  }
  return (await running).stdout
}
