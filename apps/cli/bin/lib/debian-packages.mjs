// Programs that come from Debian. A row more is all that a new need takes.
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { runQuietly } from "./tools.mjs"

/**
 * `for`: which needs of a command want it. One of `programs` must be on PATH; or `check`, a command, must succeed.
 * `path`: a variable that may name the program instead.
 * @typedef {{ package: string, for: ReadonlyArray<string>, programs?: ReadonlyArray<string>, path?: string, check?: ReadonlyArray<string> }} Row
 * @type {ReadonlyArray<Row>}
 */
export const debianPackages = [
  { package: "git", for: ["sandbox", "test"], programs: ["git"] },
  { package: "bubblewrap", for: ["sandbox"], programs: ["bwrap"] },
  { package: "socat", for: ["sandbox"], programs: ["socat"] },
  { package: "ripgrep", for: ["sandbox"], programs: ["rg"] },
  // The status page is tested in a real browser.
  {
    package: "chromium",
    for: ["test"],
    programs: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
    path: "CHROMIUM_PATH",
  },
  { package: "python3", for: ["test"], check: ["/usr/bin/python3", "--version"] },
  // The test-runner tests run a real pytest inside the sandbox, which sees /usr and nothing of a person's home.
  { package: "python3-pytest", for: ["test"], check: ["/usr/bin/python3", "-c", "import pytest"] },
  // The other runners of docs/runners.md. cargo (361 MB on disk) is left to machines that have it: its lane says so and is skipped.
  { package: "golang-go", for: ["test"], programs: ["go"] },
  { package: "ruby", for: ["test"], programs: ["ruby"] },
  { package: "ruby-rspec", for: ["test"], programs: ["rspec"] },
  { package: "ruby-minitest", for: ["test"], check: ["ruby", "-e", "require 'minitest'"] },
  { package: "ruby-test-unit", for: ["test"], check: ["ruby", "-e", "require 'test-unit'"] },
  { package: "phpunit", for: ["test"], programs: ["phpunit"] },
  { package: "bats", for: ["test"], programs: ["bats"] },
  { package: "cmake", for: ["test"], programs: ["ctest"] },
  { package: "make", for: ["test"], programs: ["make"] },
]

export const onPath = (program, path = process.env.PATH ?? "") =>
  path.split(delimiter).some((directory) => directory !== "" && existsSync(join(directory, program)))

const succeeds = ([command, ...args]) => {
  try {
    execFileSync(command, args, { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** Names of the packages that `needs` asks for and `has` does not find. */
export const missingPackages = (needs, has) =>
  debianPackages.filter((row) => row.for.some((need) => needs.includes(need)) && !has(row)).map((row) => row.package)

/** How packages can be installed here: as root, with sudo that asks nothing, or not at all. */
export const installerOf = ({ isRoot, hasApt, hasSudo }) =>
  !hasApt ? null : isRoot ? ["apt-get"] : hasSudo() ? ["sudo", "-n", "apt-get"] : null

export const remedyFor = (packages, hasApt) =>
  hasApt
    ? `sudo apt-get update && sudo apt-get install -y ${packages.join(" ")}`
    : `install ${packages.join(", ")} with this system's package manager`

/** Installs what is missing where it may, else fails with the one command that mends it. */
export const ensureDebianPackages = (needs, say) => {
  const has = (row) =>
    row.programs === undefined
      ? succeeds(row.check ?? [])
      : row.programs.some((program) => onPath(program)) || existsSync(process.env[row.path ?? ""] ?? "")
  const missing = missingPackages(needs, has)
  if (missing.length === 0) return
  const hasApt = onPath("apt-get")
  const installer = installerOf({
    isRoot: process.getuid?.() === 0,
    hasApt,
    hasSudo: () => onPath("sudo") && succeeds(["sudo", "-n", "true"]),
  })
  if (installer === null) {
    throw new Error(`these programs are missing: ${missing.join(", ")}. Run once:\n  ${remedyFor(missing, hasApt)}`)
  }
  say(`installing ${missing.join(", ")} with apt-get`)
  const [command = "", ...args] = installer
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  runQuietly(command, [...args, "update"], "/", env)
  runQuietly(command, [...args, "install", "-y", "--no-install-recommends", ...missing], "/", env)
}
