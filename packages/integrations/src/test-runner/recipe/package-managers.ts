import type { RecipeLine } from "@loom/core/domain/Recipe"
import { quote } from "../shell.ts"
import { intoTools } from "./Detector.ts"
import type { PackageJson } from "./PackageJson.ts"
import type { Snapshot } from "./Snapshot.ts"

/** A package manager, settled: its lines and how it runs a script. */
export interface Manager {
  readonly name: "npm" | "pnpm" | "yarn" | "bun"
  /** Version the repository pins, if any. */
  readonly version: string | null
  readonly origin: string
  readonly install: ReadonlyArray<RecipeLine>
  /** Command line that runs a script of package.json. */
  readonly run: (script: string) => string
  /** Command line that runs a binary of the installed packages. */
  readonly exec: (command: string) => string
  /** Any shell command line (pipes and all), with the binaries of the installed packages in its PATH. */
  readonly shell: (command: string) => string
}

const withBinaries = (command: string): string => `(PATH="$PWD/node_modules/.bin:$PATH"; ${command})`

const pinned = (json: PackageJson): { readonly name: string; readonly version: string | null } | null => {
  const found = /^(npm|pnpm|yarn|bun)@\^?(\d[\w.-]*)?/.exec(json.packageManager ?? "")
  return found === null ? null : { name: found[1] ?? "", version: found[2] ?? null }
}

/** Lock file, the manager it belongs to. First row that exists wins. */
const LOCKS: ReadonlyArray<readonly [string, Manager["name"]]> = [
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
]
/** pnpm-lock.yaml `lockfileVersion` -> the last pnpm major that keeps it. */
const PNPM_FOR_LOCK: ReadonlyArray<readonly [RegExp, string]> = [
  [/^5/, "7"],
  [/^6/, "8"],
]

const npm = (snapshot: Snapshot, origin: string, version: string | null): Manager => {
  const lock = snapshot.files.has("package-lock.json")
    ? "package-lock.json"
    : snapshot.files.has("npm-shrinkwrap.json")
      ? "npm-shrinkwrap.json"
      : null
  return {
    name: "npm",
    version,
    origin,
    install: [
      lock === null
        ? { command: "npm install --no-package-lock", origin: "package.json without a lock file" }
        : { command: "npm ci", origin: lock },
    ],
    run: (script) => (script === "test" ? "npm test" : `npm run ${script}`),
    exec: (command) => `npx --no-install ${command}`,
    shell: withBinaries,
  }
}

const pnpm = (snapshot: Snapshot, origin: string, pin: string | null): Manager => {
  const lock = snapshot.files.get("pnpm-lock.yaml")
  const lockVersion = /^lockfileVersion:\s*['"]?([\d.]+)/m.exec(lock ?? "")?.[1] ?? ""
  const version = pin ?? PNPM_FOR_LOCK.find(([pattern]) => pattern.test(lockVersion))?.[1] ?? null
  const present = snapshot.tools.get("pnpm")
  const tool = present === undefined || (version !== null && present !== version)
  return {
    name: "pnpm",
    version,
    origin,
    install: [
      ...(tool
        ? [
            {
              command: intoTools(`pnpm@${version ?? "latest"}`),
              origin: pin === null ? `pnpm-lock.yaml lockfileVersion ${lockVersion}` : origin,
            },
          ]
        : []),
      {
        command: lock === undefined ? "pnpm install --no-frozen-lockfile" : "pnpm install --frozen-lockfile",
        origin: lock === undefined ? origin : "pnpm-lock.yaml",
      },
    ],
    run: (script) => `pnpm run ${script}`,
    exec: (command) => `pnpm exec ${command}`,
    shell: withBinaries,
  }
}

/** yarn 2 and newer keep their own copy in the tree (`yarnPath`), else the pinned release comes from npm. */
const yarn = (snapshot: Snapshot, origin: string, pin: string | null): Manager => {
  const yarnPath = /^yarnPath:\s*['"]?([^'"\s]+)/m.exec(snapshot.files.get(".yarnrc.yml") ?? "")?.[1]
  const lock = snapshot.files.get("yarn.lock")
  const berry = /__metadata:/.test(lock ?? "") || snapshot.files.has(".yarnrc.yml") || (pin !== null && !pin.startsWith("1"))
  const own = berry && yarnPath !== undefined && /^[\w./-]+$/.test(yarnPath) && snapshot.paths.includes(yarnPath) ? yarnPath : null
  const version = pin ?? (berry ? (/yarn-(\d[\w.-]*?)\.c?js$/.exec(yarnPath ?? "")?.[1] ?? "4") : "1.22.22")
  const yarnBin = own === null ? "yarn" : `node ${own}`
  return {
    name: "yarn",
    version,
    origin,
    install: [
      ...(own === null
        ? [{ command: intoTools(berry ? `@yarnpkg/cli-dist@${version}` : `yarn@${version}`), origin: pin === null ? "yarn.lock" : origin }]
        : []),
      {
        command: berry
          ? `${yarnBin} install${lock === undefined ? "" : " --immutable"}`
          : `yarn install --non-interactive${lock === undefined ? " --no-lockfile" : " --frozen-lockfile"}`,
        origin: lock === undefined ? origin : "yarn.lock",
      },
    ],
    run: (script) => `${yarnBin} run ${script}`,
    exec: (command) => `${yarnBin} run ${command}`,
    // berry may have no node_modules at all.
    shell: (command) => (berry ? `${yarnBin} exec ${quote(command)}` : withBinaries(command)),
  }
}

const bun = (snapshot: Snapshot, origin: string, version: string | null): Manager => ({
  name: "bun",
  version,
  origin,
  install: [
    ...(snapshot.tools.has("bun") ? [] : [{ command: intoTools(`bun@${version ?? "latest"}`), origin }]),
    { command: "bun install --frozen-lockfile", origin },
  ],
  run: (script) => `bun run ${script}`,
  exec: (command) => `bun x --no-install ${command}`,
  shell: withBinaries,
})

/** A version manager's pin of the package manager that the lock file belongs to. */
const pinnedBeside = (snapshot: Snapshot, name: string): { readonly version: string; readonly origin: string } | null => {
  for (const file of [".tool-versions", "mise.toml", ".mise.toml"]) {
    const version = new RegExp(`^\\s*"?${name}"?(?:\\s+|\\s*=\\s*["'])(\\d[\\w.-]*)`, "m").exec(snapshot.files.get(file) ?? "")?.[1]
    if (version !== undefined) return { version, origin: file }
  }
  return null
}

/** `packageManager` wins over the lock file, the lock file over npm. */
export const packageManager = (snapshot: Snapshot, json: PackageJson): Manager => {
  const lock = LOCKS.find(([file]) => snapshot.files.has(file))
  const pin = pinned(json) ?? (lock === undefined ? null : { name: lock[1], version: null })
  const beside = pin === null || pin.version !== null ? null : pinnedBeside(snapshot, pin.name)
  const name = pin?.name ?? "npm"
  const origin = beside?.origin ?? (pinned(json) !== null ? "package.json packageManager" : (lock?.[0] ?? "package.json"))
  const make = { npm, pnpm, yarn, bun }
  return name === "pnpm" || name === "yarn" || name === "bun"
    ? make[name](snapshot, origin, pin?.version ?? beside?.version ?? null)
    : npm(snapshot, origin, pin?.version ?? null)
}
