import type { EgressRule, ExecRequest, Refusal, SandboxEgress, SandboxGateway } from "./SandboxProtocol.ts"
import { classifyAddress, parseAddress } from "./ip-address.ts"

/*
 * Who may be reached from inside a sandbox: one policy for the daemon's own doors (`apps/sandbox/src/egress`) and for the Worker's
 * outbound handler of Cloudflare containers. Pure; whoever connects resolves the name once and connects to the address that was judged.
 */

/** What an exec is doing decides what it may reach: two permissions, neither of which holds the other. */
export type EgressPhase = "setup" | "tests"

export interface Target {
  /** Lower case, no trailing dot; an address without brackets. */
  readonly host: string
  readonly port: number
}

export type HostProblem = "not a host name" | "IP address" | "IP address in disguise" | "user information in front of the host"
export type EgressReason =
  | HostProblem
  | "not host:port"
  | "host is not listed"
  | "port is not listed"
  | "the name does not resolve"
  | `the name points at a ${string} address`
  | "not a gateway of this session"
  | "ambiguous path"
  | "unreadable request"
  | "another TLS server name"
  | "asked for without the proxy"

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** The last label decides whether a resolver reads numbers (WHATWG URL, "ends in a number"): `1.2.3.4`, `2130706433`, `0x7f.1`, `127.1`. */
const NUMERIC = /^(\d+|0x[0-9a-f]*)$/

/**
 * The one spelling of a host. Names are ASCII: an internationalised one is listed and asked for as `xn--…`, and compared as it stands.
 * Addresses come out as they are and match only a rule that lists the very address.
 */
export const parseHost = (
  raw: string,
): { readonly host: string; readonly isAddress: boolean } | { readonly host: null; readonly problem: HostProblem } => {
  if (raw.includes("@")) return { host: null, problem: "user information in front of the host" }
  const bracketed = /^\[([0-9a-f:.]+)\]$/i.exec(raw)?.[1]
  const text = (bracketed ?? raw).toLowerCase()
  if (bracketed !== undefined || text.includes(":"))
    return parseAddress(text)?.bits === 128 ? { host: text, isAddress: true } : { host: null, problem: "not a host name" }
  const host = text.replace(/\.$/, "")
  const labels = host.split(".")
  if (NUMERIC.test(labels.at(-1) ?? ""))
    return parseAddress(host) === null ? { host: null, problem: "IP address in disguise" } : { host, isAddress: true }
  return host.length <= 253 && labels.every((label) => LABEL.test(label))
    ? { host, isAddress: false }
    : { host: null, problem: "not a host name" }
}

/** `host:port`, or `host` where `defaultPort` is not null. Nothing else: no scheme, no path, no user information. */
export const parseAuthority = (
  authority: string,
  defaultPort: number | null,
): Target | { readonly host: null; readonly problem: EgressReason } => {
  const [, raw = "", digits] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority) ?? []
  if (authority.includes("@")) return { host: null, problem: "user information in front of the host" }
  const port = digits === undefined ? defaultPort : Number(digits)
  if (raw === "" || port === null || port < 1 || port > 65_535) return { host: null, problem: "not host:port" }
  const parsed = parseHost(raw)
  return parsed.host === null ? parsed : { host: parsed.host, port }
}

/** What an exec of that kind may reach: the operator's registries and the repository's own hosts, or what its tests were granted. */
export const rulesOf = (egress: SandboxEgress, phase: EgressPhase): ReadonlyArray<EgressRule> =>
  phase === "tests"
    ? (egress.tests ?? [])
    : [...egress.registries.map((host) => ({ host, by: "operator" as const })), ...(egress.setup ?? [])]

interface Listed extends Target {
  readonly by: EgressRule["by"]
  /** The port was spelled out. */
  readonly exact: boolean
}
const listed = (rule: EgressRule): Listed | null => {
  const target = parseAuthority(rule.host, 443)
  return target.host === null ? null : { ...target, by: rule.by, exact: /:\d+$/.test(rule.host) }
}

/**
 * The entry that lets `target` through, before its name is resolved. A bare `host` stands for port 443; `host:port` for that port alone.
 * An address needs an operator's entry with address and port.
 */
export const judgeTarget = (
  rules: ReadonlyArray<EgressRule>,
  target: Target,
): { readonly entry: Listed } | { readonly refused: EgressReason } => {
  const isAddress = parseAddress(target.host) !== null
  const ofHost = rules.flatMap((rule) => listed(rule) ?? []).filter((entry) => entry.host === target.host)
  const matching = ofHost.filter((entry) => entry.port === target.port && (!isAddress || (entry.exact && entry.by === "operator")))
  // The operator's word counts for more: it may lead to an address of its own network.
  const entry = matching.toSorted((a, b) => rank(b) - rank(a))[0]
  if (entry !== undefined) return { entry }
  return { refused: isAddress ? "IP address" : ofHost.length === 0 ? "host is not listed" : "port is not listed" }
}
const rank = ({ by, exact }: Listed): number => (by === "operator" ? 2 : 0) + (exact ? 1 : 0)

/**
 * Whether the address that `entry`'s name resolved to may be connected to; null: it may. A repository's host must be public. The
 * operator's may lie in a private network, be it one that borrowed a reserved block (mirrors and proxies do), and on this machine or its
 * link where the port was spelled out. An address that hands out credentials, or is many, must be listed as address and port.
 */
export const judgeAddress = (entry: Listed, address: string): EgressReason | null => {
  const kind = classifyAddress(address)
  const refused: EgressReason = `the name points at a ${kind ?? "strange"} address`
  if (kind === "public" || (entry.host === address && entry.by === "operator" && entry.exact)) return null
  if (entry.by !== "operator") return refused
  if (kind === "private" || kind === "reserved") return null
  return (kind === "loopback" || kind === "link-local") && entry.exact ? null : refused
}

/** Only an origin-form target whose path says what it means: no dot segments, no empty ones, in no encoding. */
export const isPlainTarget = (target: string): boolean => {
  const [path = ""] = target.split("?", 1)
  if (!path.startsWith("/") || path.includes("\\") || /[^\x21-\x7e]|#/.test(target)) return false
  const segments = path
    .slice(1)
    .replaceAll(/%2e/gi, ".")
    .replaceAll(/%(2f|5c)/gi, "/")
    .split("/")
  return segments.every((segment, i) => segment !== "." && segment !== ".." && (segment !== "" || i === segments.length - 1))
}

/** The gateway that `hostHeader` names, with or without port 80. */
export const gatewayOf = (gateways: ReadonlyArray<SandboxGateway>, hostHeader: string): SandboxGateway | null => {
  const host = hostHeader.toLowerCase().replace(/:80$/, "").replace(/\.$/, "")
  return gateways.find((gateway) => gateway.host === host) ?? null
}

/** RFC 9110 7.6.1, and what the inside must not decide: credentials, cookies, where a request came from. */
const NOT_FORWARDED =
  /^(connection|keep-alive|proxy-connection|proxy-authorization|proxy-authenticate|te|trailer|transfer-encoding|upgrade|expect|host|authorization|cookie|forwarded|x-forwarded-.*|x-real-ip|x-api-key|cf-.*|x-loom-.*)$/i
const NOT_RETURNED = /^(connection|keep-alive|proxy-authenticate|set-cookie|trailer|transfer-encoding|upgrade|x-loom-.*)$/i
export const mayForward = (header: string): boolean => !NOT_FORWARDED.test(header)
export const mayReturn = (header: string): boolean => !NOT_RETURNED.test(header)

/** Of a refusal: what the person who reads it can do. */
const remedyOf = (phase: EgressPhase, host: string, reason: EgressReason): string => {
  if (reason === "not a gateway of this session")
    return "it is not a gateway: allow with `network: { setup: […] }` and ask it by HTTPS_PROXY"
  if (reason === "ambiguous path") return "send the path without dot segments and empty segments"
  if (reason === "asked for without the proxy") return "it is allowed, by HTTPS_PROXY: let the program use that, no name is resolved inside"
  if (reason === "another TLS server name") return "the TLS inside the tunnel must name the same host, in the clear"
  if (reason === "unreadable request") return "speak HTTP/1.1 as RFC 9112 has it"
  if (reason.startsWith("IP address") || reason === "user information in front of the host") return "allow with its name, and ask by name"
  if (reason.startsWith("the name points at"))
    return "allow with the operator's LOOM_ALLOWED_HOSTS, which may name hosts of a private network"
  const key = `\`network: { ${phase}: [${host}] }\` in .github/loom.yml`
  return phase === "tests"
    ? `allow with ${key} (the operator's LOOM_TEST_HOSTS must permit it)`
    : `allow with the operator's LOOM_ALLOWED_HOSTS, or with ${key} where LOOM_SETUP_HOSTS permits it`
}

/** The sentence that a program inside reads, and that log, comment and status page repeat. `host` with its port unless that is 443. */
export const blockedHost = (phase: EgressPhase, host: string, reason: EgressReason): string =>
  `blocked host: ${host} (${reason}); ${remedyOf(phase, host, reason)}`

export type Outbound =
  | { readonly to: "gateway"; readonly gateway: SandboxGateway; readonly path: string }
  | { readonly to: "host"; readonly target: Target; readonly entry: Listed }
  | ({ readonly to: "nowhere"; readonly status: 400 | 403 } & Pick<Refusal, "via" | "phase" | "host" | "message"> & {
        readonly reason: EgressReason
      })

/** What an exec may reach (protocol v1). */
export type ExecGrant = Pick<ExecRequest, "network" | "gateways">

/**
 * Where a request that left a container goes: for an outbound handler, which sees whole requests (`url` as it was asked for, with the
 * scheme and authority). `network` and `gateways` are those of the exec that runs. A redirect is the client's next request.
 */
export const judgeOutbound = (egress: SandboxEgress, exec: ExecGrant, url: string): Outbound => {
  const phase: EgressPhase = exec.network === "registries" ? "setup" : "tests"
  const [, scheme = "", authority = "", path = "/"] = /^(https?):\/\/([^/?#]*)([^#]*)/i.exec(url) ?? []
  const shown = authority.replaceAll(/[^\x21-\x7e]/g, "?").slice(0, 255)
  const refuse = (reason: EgressReason, status: 400 | 403 = 403): Outbound => ({
    to: "nowhere",
    status,
    via: egress.gateways.some((gateway) => gateway.host === shown) ? "gateway" : "registry",
    phase,
    host: shown,
    reason,
    message: blockedHost(phase, shown, reason),
  })
  const plain = scheme.toLowerCase() === "http"
  const target = parseAuthority(authority, plain ? 80 : 443)
  if (target.host === null) return refuse(target.problem, 400)
  const gateway = plain && exec.gateways === true && target.port === 80 ? gatewayOf(egress.gateways, target.host) : null
  if (gateway !== null) return isPlainTarget(path) ? { to: "gateway", gateway, path } : refuse("ambiguous path", 400)
  const judged = judgeTarget(exec.network === undefined || exec.network === "none" ? [] : rulesOf(egress, phase), target)
  return "refused" in judged ? refuse(judged.refused) : { to: "host", target, entry: judged.entry }
}

/** The same for all execs that run in one container, where nobody can tell which of them asked: what one may reach, may be reached. */
export const judgeOutboundOfAny = (egress: SandboxEgress, execs: ReadonlyArray<ExecGrant>, url: string): Outbound => {
  const judged = execs.map((exec) => judgeOutbound(egress, exec, url))
  return judged.find((one) => one.to !== "nowhere") ?? judged.at(-1) ?? judgeOutbound(egress, {}, url)
}
