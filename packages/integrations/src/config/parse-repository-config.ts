import { Option, Schema } from "effect"
import { readGates } from "@loom/core/domain/gates/settings"
import { readNetwork } from "@loom/core/domain/network-config"
import { RepositoryConfig } from "@loom/core/domain/RepositoryConfig"
import type { LoadedConfig } from "@loom/core/ports/RepositoryConfigs"
import { parseDocument } from "yaml"

/** A configuration is a page, not a book; a longer file is refused before it is parsed. */
const MAX_CHARS = 64 * 1024
const FILE = ".github/loom.yml"
const keys: ReadonlyArray<string> = Object.keys(RepositoryConfig.fields)

const nearest = (key: string): string | undefined =>
  keys.find((known) => known.replace(/_/g, "") === key.toLowerCase().replace(/[-_]/g, ""))

const ALIASED = Symbol("aliased")
/** The parser throws on the first alias when none is allowed. */
const withoutAliases = (read: () => unknown): unknown => {
  try {
    return read()
  } catch {
    return ALIASED
  }
}

/**
 * Reads `.github/loom.yml` tolerantly: every key stands alone, so that one bad line costs that line and is said, and the rest
 * counts. YAML aliases are off (no expansion bombs); custom tags are errors.
 */
export const parseRepositoryConfig = (text: string): LoadedConfig => {
  if (text.length > MAX_CHARS) return { config: {}, problems: [`${FILE} is longer than ${MAX_CHARS} characters and was ignored.`] }
  const document = parseDocument(text, { prettyErrors: true, stringKeys: true })
  const first = document.errors[0]
  if (first !== undefined) return { config: {}, problems: [`${FILE} is not valid YAML and was ignored: ${first.message.split("\n")[0]}`] }
  const root = withoutAliases(() => document.toJS({ maxAliasCount: 0 }))
  if (root === ALIASED) return { config: {}, problems: [`${FILE} uses YAML aliases, which Loom does not read, and was ignored.`] }
  if (root === null || root === undefined) return { config: {}, problems: [] }
  if (typeof root !== "object" || Array.isArray(root))
    return { config: {}, problems: [`${FILE} must be a mapping of settings and was ignored.`] }

  const problems: Array<string> = []
  const config: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(root)) {
    if (key === "gates") {
      const read = readGates(value)
      problems.push(...read.problems.map((problem) => `${FILE}: ${problem}`))
      config[key] = read.gates
      continue
    }
    if (key === "network") {
      const read = readNetwork(value)
      problems.push(...read.problems.map((problem) => `${FILE}: ${problem}`))
      config[key] = read.network
      continue
    }
    const field = Object.entries(RepositoryConfig.fields).find(([name]) => name === key)
    if (field === undefined) {
      const hint = nearest(key)
      problems.push(`${FILE}: \`${key}\` is not a setting${hint === undefined ? "" : `; did you mean \`${hint}\`?`}`)
      continue
    }
    const decoded = Schema.decodeUnknownOption(Schema.Struct({ [key]: field[1] }))({ [key]: value })
    if (Option.isNone(decoded)) problems.push(`${FILE}: \`${key}\` has a value of the wrong form and was ignored.`)
    else config[key] = value
  }
  return { config: Schema.decodeUnknownSync(RepositoryConfig)(config), problems }
}
