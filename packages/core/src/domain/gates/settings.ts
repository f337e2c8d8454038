import { Option, Schema } from "effect"
import { type GateName, gateNames, GateSetting } from "../Gate.ts"

const limits = {
  /** Changed files above which `size` speaks. Default 30. */
  max_files: Schema.Int.check(Schema.isGreaterThan(0)),
  /** Added and removed lines above which `size` speaks; lock files, snapshots and tests are not counted. Default 800. */
  max_lines: Schema.Int.check(Schema.isGreaterThan(0)),
  /** Percent of the changed lines that tests must run. Default 80. */
  min_coverage: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
  /** Score above which `risk` speaks. Default 60. */
  max_risk: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
} as const
type LimitName = keyof typeof limits

/** `gates:` of `.github/loom.yml`. */
export const GatesConfig = Schema.Struct({
  cheats: Schema.optionalKey(GateSetting),
  tests: Schema.optionalKey(GateSetting),
  secrets: Schema.optionalKey(GateSetting),
  protected_paths: Schema.optionalKey(GateSetting),
  coverage: Schema.optionalKey(GateSetting),
  lint: Schema.optionalKey(GateSetting),
  types: Schema.optionalKey(GateSetting),
  size: Schema.optionalKey(GateSetting),
  dependencies: Schema.optionalKey(GateSetting),
  risk: Schema.optionalKey(GateSetting),
  max_files: Schema.optionalKey(limits.max_files),
  max_lines: Schema.optionalKey(limits.max_lines),
  min_coverage: Schema.optionalKey(limits.min_coverage),
  max_risk: Schema.optionalKey(limits.max_risk),
})
export type GatesConfig = typeof GatesConfig.Type

/** What can only be wrong stops; what may be a matter of taste is shown. */
export const defaultSettings: Readonly<Record<GateName, GateSetting>> = {
  cheats: "on",
  tests: "warn",
  secrets: "on",
  protected_paths: "on",
  coverage: "warn",
  lint: "warn",
  types: "warn",
  size: "warn",
  dependencies: "warn",
  risk: "warn",
}
export const defaultLimits: Readonly<Record<LimitName, number>> = { max_files: 30, max_lines: 800, min_coverage: 80, max_risk: 60 }

export const settingOf = (gates: GatesConfig | undefined, gate: GateName): GateSetting => gates?.[gate] ?? defaultSettings[gate]
export const limitOf = (gates: GatesConfig | undefined, limit: LimitName): number => gates?.[limit] ?? defaultLimits[limit]

const isGate = (key: string): key is GateName => gateNames.some((name) => name === key)
const isLimit = (key: string): key is LimitName => Object.hasOwn(limits, key)

/** YAML people write `true` and `false` for `on` and `off`. */
const asSetting = (value: unknown): GateSetting | null =>
  value === true ? "on" : value === false ? "off" : Option.getOrNull(Schema.decodeUnknownOption(GateSetting)(value))

/** Reads `gates:` tolerantly: one bad line costs that line only (its default holds) and is said. */
export const readGates = (value: unknown): { readonly gates: GatesConfig; readonly problems: ReadonlyArray<string> } => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { gates: {}, problems: ["`gates` must be a mapping such as `lint: warn` and was ignored."] }
  const problems: Array<string> = []
  const gates: Record<string, unknown> = {}
  for (const [key, given] of Object.entries(value)) {
    if (isGate(key)) {
      const setting = asSetting(given)
      if (setting === null) problems.push(`\`gates.${key}\` must be one of \`on\`, \`warn\`, \`off\`; \`${defaultSettings[key]}\` holds.`)
      else gates[key] = setting
    } else if (isLimit(key)) {
      const number = Schema.decodeUnknownOption(limits[key])(given)
      if (Option.isNone(number)) problems.push(`\`gates.${key}\` is not a number it can be; ${defaultLimits[key]} holds.`)
      else gates[key] = number.value
    } else problems.push(`\`gates.${key.slice(0, 60)}\` is not a gate; there are ${gateNames.join(", ")}.`)
  }
  return { gates: Schema.decodeUnknownSync(GatesConfig)(gates), problems }
}
