import { Option, Schema } from "effect"
import type { Snapshot } from "./Snapshot.ts"

const Strings = Schema.Record(Schema.String, Schema.Unknown)

/** The fields of a package.json that say how it is installed and tested; a field of another shape reads as absent. */
export interface PackageJson {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: ReadonlySet<string>
  readonly engines: string | null
  readonly volta: string | null
  readonly packageManager: string | null
  readonly entry: string
  readonly workspaces: boolean
  /** nyc loads something into the tests (a transpiler, say): they may not run without it. */
  readonly coverageRequires: boolean
}

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Strings))
const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  Option.getOrElse(Schema.decodeUnknownOption(Strings)(value), () => ({}))
const asText = (value: unknown): string | null => (typeof value === "string" ? value : null)

export const readPackageJson = (snapshot: Snapshot, path = "package.json"): PackageJson | null => {
  const text = snapshot.files.get(path)
  if (text === undefined) return null
  const parsed = decode(text.replace(/^\uFEFF/, ""))
  if (Option.isNone(parsed)) return null
  const json = parsed.value
  const scripts = asRecord(json["scripts"])
  return {
    scripts: Object.fromEntries(Object.entries(scripts).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []))),
    dependencies: new Set(
      ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].flatMap((key) => Object.keys(asRecord(json[key]))),
    ),
    engines: asText(asRecord(json["engines"])["node"]),
    volta: asText(asRecord(json["volta"])["node"]),
    packageManager: asText(json["packageManager"]) ?? devEngine(json["devEngines"]),
    entry: JSON.stringify([json["main"], json["module"], json["exports"], json["bin"]]),
    workspaces: json["workspaces"] !== undefined,
    coverageRequires:
      asRecord(json["nyc"])["require"] !== undefined ||
      [".nycrc", ".nycrc.json"].some((name) => /"require"/.test(snapshot.files.get(name) ?? "")),
  }
}

/** `devEngines.packageManager: { name, version }`, npm's newer spelling of the same wish. */
const devEngine = (value: unknown): string | null => {
  const manager = asRecord(asRecord(value)["packageManager"])
  const name = asText(manager["name"])
  return name === null ? null : `${name}@${asText(manager["version"]) ?? ""}`
}
