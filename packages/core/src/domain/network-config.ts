import { Schema } from "effect"
import { parseAuthority, parseHost } from "./egress-policy.ts"
import { parseAddress } from "./ip-address.ts"
import type { EgressRule } from "./SandboxProtocol.ts"

/** More than a repository needs; fewer than would make the list unreadable. */
const MAX_HOSTS = 50

/** `network:` of `.github/loom.yml`: hosts besides the operator's registries for the set-up, and hosts for the tests. `host` or `host:port`. */
export const NetworkConfig = Schema.Struct({
  setup: Schema.optionalKey(Schema.Array(Schema.String)),
  tests: Schema.optionalKey(Schema.Array(Schema.String)),
})
export type NetworkConfig = typeof NetworkConfig.Type

/** What may be reached in the end, by name. */
export interface GrantedHosts {
  readonly setup: ReadonlyArray<EgressRule>
  readonly tests: ReadonlyArray<EgressRule>
}

/** What the operator lets repositories ask for: `host`, `host:port`, `*.suffix` with or without port, or `*`. Empty: nothing. */
export interface HostPermissions {
  readonly setup: ReadonlyArray<string>
  readonly tests: ReadonlyArray<string>
}

/** The last label of a name holds a letter, so that it can't be taken for an address (RFC 3696 section 2; URL standard, host parsing). */
const entry = (text: string) => {
  const target = parseAuthority(text.trim(), 443)
  return target.host === null || parseAddress(target.host) !== null || !/[a-z][^.]*$/.test(target.host) ? null : target
}
const shown = ({ host, port }: { readonly host: string; readonly port: number }): string => (port === 443 ? host : `${host}:${port}`)

/** Reads `network:` tolerantly: an entry that is no host costs that entry only, and is said. Never an address: names can be checked. */
export const readNetwork = (value: unknown): { readonly network: NetworkConfig; readonly problems: ReadonlyArray<string> } => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { network: {}, problems: ["`network` must be a mapping such as `tests: [api.example.com]` and was ignored."] }
  const problems: Array<string> = []
  const network: Record<string, ReadonlyArray<string>> = {}
  for (const [key, given] of Object.entries(value)) {
    if (key !== "setup" && key !== "tests") {
      problems.push(`\`network.${key.slice(0, 60)}\` is not a setting; there are setup and tests.`)
    } else if (!Array.isArray(given)) {
      problems.push(`\`network.${key}\` must be a list of hosts and was ignored.`)
    } else {
      const hosts = given.slice(0, MAX_HOSTS).flatMap((text: unknown) => {
        const target = typeof text === "string" ? entry(text) : null
        if (target === null)
          problems.push(`\`network.${key}\`: ${JSON.stringify(text)?.slice(0, 80)} is no host name; write \`host\` or \`host:port\`.`)
        return target === null ? [] : [shown(target)]
      })
      if (given.length > MAX_HOSTS) problems.push(`\`network.${key}\` has more than ${MAX_HOSTS} hosts; the first ${MAX_HOSTS} hold.`)
      network[key] = [...new Set(hosts)]
    }
  }
  return { network, problems }
}

/** Whether `text` can stand in LOOM_SETUP_HOSTS or LOOM_TEST_HOSTS. */
export const isHostPattern = (text: string): boolean => {
  if (text === "*") return true
  const [, suffix = "", port = "443"] = /^\*\.([^:]+)(?::(\d+))?$/.exec(text) ?? []
  return suffix === ""
    ? parseAuthority(text, 443).host !== null
    : parseHost(suffix).host === suffix && Number(port) > 0 && Number(port) < 65_536
}

/** Whose word lets `asked` through: the operator's where the very host is named, else the repository's; null: nobody's. */
const permitted = (asked: string, patterns: ReadonlyArray<string>): EgressRule["by"] | null => {
  const target = parseAuthority(asked, 443)
  if (target.host === null) return null
  const matches = (pattern: string): boolean => {
    if (pattern === "*") return target.port === 443
    if (!pattern.startsWith("*.")) return false
    const [, suffix, port = "443"] = /^\*(\.[^:]+)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? []
    return suffix !== undefined && target.host.endsWith(suffix) && target.port === Number(port)
  }
  const same = (pattern: string): boolean => {
    const known = pattern.startsWith("*") ? null : parseAuthority(pattern, 443)
    return known !== null && known.host === target.host && known.port === target.port
  }
  return patterns.some(same) ? "operator" : patterns.some(matches) ? "repository" : null
}

const settingNames = { setup: "LOOM_SETUP_HOSTS", tests: "LOOM_TEST_HOSTS" } as const

/** What a repository asked for, as far as the operator permits it. What is not permitted is left out, and said. */
export const grantHosts = (
  config: NetworkConfig | undefined,
  permissions: HostPermissions,
): GrantedHosts & { readonly problems: ReadonlyArray<string> } => {
  const problems: Array<string> = []
  const grant = (key: "setup" | "tests") =>
    (config?.[key] ?? []).flatMap((host) => {
      const by = permitted(host, permissions[key])
      if (by === null)
        problems.push(
          `.github/loom.yml: \`network.${key}\` asks for \`${host}\`, which the operator of this Loom does not permit (${settingNames[key]}); it stays blocked.`,
        )
      return by === null ? [] : [{ host, by }]
    })
  const setup = grant("setup")
  return { setup, tests: grant("tests"), problems }
}
