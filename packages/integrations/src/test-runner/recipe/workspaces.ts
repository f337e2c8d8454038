import type { RecipePackage } from "@loom/core/domain/Recipe"
import { parse as parseToml } from "smol-toml"
import { parse as parseYaml } from "yaml"
import type { Snapshot } from "./Snapshot.ts"

/** A field of data that somebody wrote; undefined for every surprise. */
const field = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Object.entries(at).find(([name]) => name === key)?.[1] : undefined),
    value,
  )
const strings = (value: unknown): ReadonlyArray<string> => (Array.isArray(value) ? value.filter((item) => typeof item === "string") : [])
const yaml = (text: string): unknown => parseYaml(text, { logLevel: "silent" })
const read = (parse: (text: string) => unknown, text: string | undefined): unknown => {
  if (text === undefined) return undefined
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/** `packages/*`, `apps/**` and plain paths; everything else is taken by letter. */
const matches = (glob: string, path: string): boolean =>
  new RegExp(
    `^${glob
      .replace(/^\.\//, "")
      .replace(/\/+$/, "")
      .replaceAll(/[.+^${}()|[\]\\?]/g, "\\$&")
      .replaceAll("**", "\u0000")
      .replaceAll("*", "[^/]*")
      .replaceAll("\u0000", ".*")}$`,
  ).test(path)

interface Kind {
  readonly manifest: string
  /** Globs of folders, a leading `!` takes away; null when this is no workspace of the kind. */
  readonly globs: (snapshot: Snapshot) => { readonly globs: ReadonlyArray<string>; readonly origin: string } | null
  readonly name: (text: string) => unknown
}

const npmGlobs: Kind["globs"] = (snapshot) => {
  const pnpm = strings(field(read(yaml, snapshot.files.get("pnpm-workspace.yaml")), "packages"))
  if (pnpm.length > 0) return { globs: pnpm, origin: "pnpm-workspace.yaml" }
  const workspaces = field(read(JSON.parse, snapshot.files.get("package.json")), "workspaces")
  const npm = Array.isArray(workspaces) ? strings(workspaces) : strings(field(workspaces, "packages"))
  if (npm.length > 0) return { globs: npm, origin: "package.json workspaces" }
  const lerna = strings(field(read(JSON.parse, snapshot.files.get("lerna.json")), "packages"))
  return lerna.length > 0 ? { globs: lerna, origin: "lerna.json" } : null
}

const tomlGlobs =
  (file: string, ...path: ReadonlyArray<string>): Kind["globs"] =>
  (snapshot) => {
    const at = field(read(parseToml, snapshot.files.get(file)), ...path)
    const members = strings(field(at, "members"))
    return members.length > 0
      ? { globs: [...members, ...strings(field(at, "exclude")).map((glob) => `!${glob}`)], origin: `${file} [${path.join(".")}]` }
      : null
  }

/** Folders of `use`, one line or many. */
export const goWorkModules = (snapshot: Snapshot): ReadonlyArray<string> =>
  [...(snapshot.files.get("go.work") ?? "").matchAll(/^use\s+(?:\(([^)]*)\)|(\S+))/gm)]
    .flatMap((found) => (found[1] ?? found[2] ?? "").split("\n"))
    .map((line) =>
      line
        .replace(/\/\/.*/, "")
        .trim()
        .replaceAll(/^"|"$/g, "")
        .replace(/^\.\//, ""),
    )
    .filter((path) => /^[\w@.-]+(\/[\w@.-]+)*$/.test(path) && !path.split("/").includes(".."))

const kinds: ReadonlyArray<Kind> = [
  { manifest: "package.json", globs: npmGlobs, name: (text) => field(read(JSON.parse, text), "name") },
  { manifest: "Cargo.toml", globs: tomlGlobs("Cargo.toml", "workspace"), name: (text) => field(read(parseToml, text), "package", "name") },
  {
    manifest: "pyproject.toml",
    globs: tomlGlobs("pyproject.toml", "tool", "uv", "workspace"),
    name: (text) => field(read(parseToml, text), "project", "name"),
  },
  {
    manifest: "go.mod",
    globs: (snapshot) => {
      const globs = goWorkModules(snapshot)
      return globs.length > 0 ? { globs, origin: "go.work use" } : null
    },
    name: (text) => /^module\s+(\S+)/m.exec(text)?.[1],
  },
]

const MAX_PACKAGES = 200

/** The packages of npm, pnpm, yarn, bun, cargo, uv and Go workspaces, the root left out. */
export const workspacePackages = (snapshot: Snapshot): ReadonlyArray<RecipePackage> =>
  kinds
    .flatMap(({ globs, manifest, name }) => {
      const found = globs(snapshot)
      if (found === null) return []
      const taken = found.globs.filter((glob) => !glob.startsWith("!"))
      const without = found.globs.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1))
      return snapshot.paths
        .filter((path) => path.endsWith(`/${manifest}`))
        .map((path) => path.slice(0, -manifest.length - 1))
        .filter((folder) => taken.some((glob) => matches(glob, folder)) && !without.some((glob) => matches(glob, folder)))
        .map((folder) => {
          const own = name(snapshot.files.get(`${folder}/${manifest}`) ?? "")
          return { path: folder, name: typeof own === "string" ? own.slice(0, 200) : null, origin: found.origin }
        })
    })
    .slice(0, MAX_PACKAGES)
