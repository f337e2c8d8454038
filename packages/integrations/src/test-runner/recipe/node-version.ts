import type { PackageJson } from "./PackageJson.ts"
import type { Snapshot } from "./Snapshot.ts"
import { ciNodeMajors } from "./sources/workflows.ts"

/** Majors that can be fetched, newest first; even ones are the long-term releases. */
const MAJORS = [24, 22, 20, 18, 16, 14, 12]
/** The newest npm that runs on an old Node: npm's own `engines`. */
const NPM_FOR: Readonly<Record<number, string>> = { 20: "10", 18: "10", 16: "8", 14: "8", 12: "6" }

/** Whether some version of this major satisfies a semver range, judged by majors only. Unreadable ranges are satisfied. */
const majorSatisfies = (range: string, major: number): boolean =>
  range.split("||").some((alternative) => {
    const text = alternative
      .replaceAll(/\s+-\s+/g, " <=")
      .replaceAll(/([<>=^~])\s+/g, "$1")
      .replace(/^\s*(\d[\w.]*)(?= <=)/, ">=$1")
      .trim()
    return text.split(/[\s,]+/).every((comparator) => {
      const found = /^([<>]=?|[\^~=]|)v?(\d+)(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?/.exec(comparator)
      if (!found) return true
      const [, operator = "", digits = "0", minor, patch] = found
      const wanted = Number(digits)
      const whole = Number(minor ?? 0) === 0 && Number(patch ?? 0) === 0
      switch (operator) {
        case ">=":
          return major >= wanted
        case ">":
          return minor === undefined ? major > wanted : major >= wanted
        case "<":
          return whole ? major < wanted : major <= wanted
        case "<=":
          return major <= wanted
        default:
          return major === wanted
      }
    })
  })

interface NodeWish {
  /** As the repository wrote it. */
  readonly wanted: string
  readonly origin: string
  /** Major to fetch, null when the running one will do. */
  readonly fetch: number | null
}

const pins: ReadonlyArray<{ readonly origin: string; readonly read: (snapshot: Snapshot, json: PackageJson) => string | null }> = [
  { origin: ".nvmrc", read: (snapshot) => snapshot.files.get(".nvmrc") ?? null },
  { origin: ".node-version", read: (snapshot) => snapshot.files.get(".node-version") ?? null },
  { origin: "package.json volta.node", read: (_, json) => json.volta },
  { origin: ".tool-versions", read: (snapshot) => /^node(?:js)?\s+(\S+)/m.exec(snapshot.files.get(".tool-versions") ?? "")?.[1] ?? null },
  ...["mise.toml", ".mise.toml"].map((origin) => ({
    origin,
    read: (snapshot: Snapshot) => /^\s*node\s*=\s*["']([^"']+)/m.exec(snapshot.files.get(origin) ?? "")?.[1] ?? null,
  })),
]

/**
 * Node 20 took `--require` hooks and loaders off the main thread, and much that ran before does not start there (the package `esm`, say).
 * A repository whose CI ends below is tested on the newest that its CI knows.
 */
const NEWEST_OLD = 18

const ofCi = (snapshot: Snapshot, running: number): NodeWish | null => {
  const found = ciNodeMajors(snapshot)
  const newest = Math.max(...(found?.majors ?? []))
  const major = MAJORS.find((candidate) => candidate <= newest)
  return found === null || major === undefined || newest > NEWEST_OLD || newest >= running
    ? null
    : { wanted: String(newest), origin: `${found.origin} node-version`, fetch: major }
}

/** The Node the repository asks for: an exact pin first, else `engines`. Null when it asks for nothing. */
export const nodeWish = (snapshot: Snapshot, json: PackageJson): NodeWish | null => {
  const running = Number(/v?(\d+)/.exec(snapshot.tools.get("node") ?? "")?.[1] ?? Number.NaN)
  for (const pin of pins) {
    const wanted = pin.read(snapshot, json)?.trim()
    const major = Number(/^v?(\d+)/.exec(wanted ?? "")?.[1] ?? Number.NaN)
    if (wanted === undefined || Number.isNaN(major)) continue
    return { wanted, origin: pin.origin, fetch: major === running ? null : MAJORS.includes(major) || major > running ? major : null }
  }
  if (Number.isNaN(running)) return null
  const tested = ofCi(snapshot, running)
  if (tested !== null && (json.engines === null || majorSatisfies(json.engines, tested.fetch ?? running))) return tested
  if (json.engines === null) return null
  const satisfied = majorSatisfies(json.engines, running)
  const range = json.engines
  return {
    wanted: range,
    origin: "package.json engines.node",
    fetch: satisfied ? null : (MAJORS.find((major) => majorSatisfies(range, major)) ?? null),
  }
}

/** Majors that the sandbox's image brings, each in a prefix of its own (apps/sandbox/Dockerfile). Its npm runs on all of them. */
const IN_THE_IMAGE = [24, 22, 20]

/**
 * Node into Loom's tools: the image's where it is there, else as an npm package that is nothing but the binary (no install script); an
 * old Node brings the npm it can run.
 */
export const nodeInstallCommand = (major: number, arch: string): string => {
  const platform = /aarch64|arm64/.test(arch) ? "arm64" : "x64"
  const npm = NPM_FOR[major]
  const fetched = `npm install --prefix "$HOME/tools" --no-audit --no-fund node-linux-${platform}@${major}${npm === undefined ? "" : ` npm@${npm}`}`
  if (!IN_THE_IMAGE.includes(major)) return fetched
  const [there, bin] = [`/opt/node/${major}/bin/node`, '"$HOME/tools/node_modules/.bin"']
  return `if [ -x ${there} ]; then mkdir -p ${bin} && ln -sf ${there} ${bin}/; else ${fetched}; fi`
}
