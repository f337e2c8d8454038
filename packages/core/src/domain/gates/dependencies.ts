import type { GateFinding } from "../Gate.ts"
import type { DiffFile } from "../unified-diff.ts"

export interface NewDependency {
  readonly name: string
  readonly version: string
  readonly ecosystem: "npm" | "python" | "cargo" | "go" | "ruby" | "composer"
  readonly file: string
  readonly line: number
}

/** How a manifest names a dependency on one line: name, then version. */
const MANIFESTS: ReadonlyArray<{
  readonly ecosystem: NewDependency["ecosystem"]
  readonly path: RegExp
  readonly line: RegExp
  /** The line belongs to a table of dependencies only below such a line. */
  readonly under?: RegExp
}> = [
  {
    ecosystem: "npm",
    path: /(^|\/)package\.json$/,
    line: /^\s*"(?<name>(?:@[\w.-]+\/)?[\w.-]+)"\s*:\s*"(?<version>[~^]?\d[\w.+-]*|(?:npm|git\+|git|https?|github|file):[^"]+|\*|latest|workspace:[^"]*)"/,
    under: /"(?:dev|peer|optional)?[dD]ependencies"\s*:/,
  },
  {
    ecosystem: "python",
    path: /(^|\/)requirements[^/]*\.(txt|in)$/,
    line: /^(?<name>[A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?<version>(?:[=~<>!]=?=?[^#;\s]+)?)/,
  },
  {
    ecosystem: "python",
    path: /(^|\/)pyproject\.toml$/,
    line: /^\s*"(?<name>[A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?<version>[=~<>!][^";]*)"\s*,?\s*$|^(?<name2>[A-Za-z][\w-]*)\s*=\s*"(?<version2>[\^~]\d[^"]*)"/,
  },
  {
    ecosystem: "cargo",
    path: /(^|\/)Cargo\.toml$/,
    line: /^(?<name>[\w-]+)\s*=\s*(?:"(?<version>[\^~=]?\d[^"]*)"|\{.*(?:version|git|path)\s*=\s*"(?<version2>[^"]*)")/,
    under: /^\[.*dependencies/,
  },
  {
    ecosystem: "go",
    path: /(^|\/)go\.mod$/,
    line: /^\s*(?:require\s+)?(?<name>[\w.-]+\.[\w.-]+\/\S+)\s+(?<version>v\S+)(?!.*\/\/ indirect)/,
  },
  {
    ecosystem: "ruby",
    path: /(^|\/)(Gemfile|[\w-]+\.gemspec)$/,
    line: /^\s*(?:gem|spec\.add_\w*dependency)\s*\(?["'](?<name>[\w-]+)["'](?:\s*,\s*["'](?<version>[^"']+))?/,
  },
  { ecosystem: "composer", path: /(^|\/)composer\.json$/, line: /^\s*"(?<name>[\w.-]+\/[\w.-]+)"\s*:\s*"(?<version>[^"]+)"/ },
]

const read = (file: DiffFile, kind: "added" | "removed"): ReadonlyArray<NewDependency> =>
  MANIFESTS.filter((manifest) => manifest.path.test(file.path)).flatMap((manifest) =>
    file.lines.flatMap((line, index): ReadonlyArray<NewDependency> => {
      if (line.kind !== kind) return []
      const groups = manifest.line.exec(line.text)?.groups
      const name = groups?.["name"] ?? groups?.["name2"]
      if (name === undefined || name === "python") return []
      const before = file.lines.slice(0, index).findLast((near) => /^\s*"\w+"\s*:\s*\{|^\[/.test(near.text))
      if (manifest.under !== undefined && before !== undefined && !manifest.under.test(before.text)) return []
      if (/^(name|version|edition|rust-version|license|main|types|type|description|packageManager|node|npm|php)$/.test(name)) return []
      return [
        {
          name,
          version: groups?.["version"] ?? groups?.["version2"] ?? "",
          ecosystem: manifest.ecosystem,
          file: file.path,
          line: line.number,
        },
      ]
    }),
  )

/** Dependencies that the change brings in; one that only gets another version is none. */
export const newDependencies = (files: ReadonlyArray<DiffFile>): ReadonlyArray<NewDependency> =>
  files.flatMap((file) => {
    const before = new Set(read(file, "removed").map((one) => one.name))
    return read(file, "added").filter((one) => !before.has(one.name))
  })

/** Licences that npm's lock file states beside a package that the change adds to it. */
export const lockfileLicences = (files: ReadonlyArray<DiffFile>): ReadonlyMap<string, string> => {
  const licences = new Map<string, string>()
  for (const file of files.filter((one) => /(^|\/)package-lock\.json$/.test(one.path))) {
    let name: string | null = null
    for (const line of file.lines) {
      if (line.kind === "removed") continue
      const entry = /^\s*"(?:.*\/)?node_modules\/((?:@[\w.-]+\/)?[\w.-]+)"\s*:/.exec(line.text)
      if (entry !== null) name = entry[1] ?? null
      const licence = /^\s*"license"\s*:\s*"([^"]+)"/.exec(line.text)?.[1]
      if (licence !== undefined && name !== null) licences.set(name, licence)
    }
  }
  return licences
}

/** SPDX ids of licences that ask something of the whole work, or allow nothing. */
const COPYLEFT = /\b(?:A?GPL|SSPL|OSL|EUPL|CC-BY-(?:NC|SA)|BUSL|UNLICENSED|SEE LICENSE|Commons-Clause)/i
const FROM_ELSEWHERE = /^(?:git|https?:|github:|file:)/

/** What can be said of the new dependencies without asking a registry. `licences`: by name, from the lock file or the installed package. */
export const checkDependencies = (
  added: ReadonlyArray<NewDependency>,
  licences: ReadonlyMap<string, string>,
): { readonly findings: ReadonlyArray<GateFinding>; readonly summary: string } => {
  const say = (one: NewDependency, explanation: string): GateFinding => ({
    severity: "block",
    file: one.file,
    line: one.line,
    text: `${one.name} ${one.version}`.trim().slice(0, 300),
    explanation,
  })
  const findings = added.flatMap((one): ReadonlyArray<GateFinding> => {
    const licence = licences.get(one.name)
    return [
      ...(FROM_ELSEWHERE.test(one.version)
        ? [say(one, `\`${one.name}\` comes from \`${one.version.split(":")[0]}\`, not from a registry.`)]
        : []),
      ...(/^(?:\*|latest|)$/.test(one.version) && one.ecosystem === "npm" ? [say(one, `\`${one.name}\` has no version.`)] : []),
      ...(licence !== undefined && COPYLEFT.test(licence) ? [say(one, `\`${one.name}\` is licensed \`${licence}\`.`)] : []),
    ]
  })
  const known = added.filter((one) => licences.has(one.name))
  const names = added
    .slice(0, 5)
    .map((one) => `\`${one.name}\`${licences.has(one.name) ? ` (${licences.get(one.name)})` : ""}`)
    .join(", ")
  const unknown = added.length - known.length
  return {
    findings,
    summary: `${added.length} new ${added.length === 1 ? "dependency" : "dependencies"}: ${names}${added.length > 5 ? ", …" : ""}. ${unknown === 0 ? "" : `Licence of ${unknown} not checked (not in the lock file, not installed). `}Known vulnerabilities not checked: there is no such data in the sandbox.`,
  }
}
