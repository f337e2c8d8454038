import type { Refusal } from "./SandboxProtocol.ts"

/** Of one piece of work. What a flood of names wants is in the sandbox host's own list. */
const MAX_TOLD = 20

/** Names that nobody has (RFC 2606, 6761, 6762): tests ask for them to see an error. One word is a service on somebody's own network. */
const NOT_REAL = /\.(invalid|test|example|localhost|local|internal)$|^[^.]+$/
const isWorthTelling = ({ host, via }: Refusal): boolean => via !== "dns" || !NOT_REAL.test(host)

const keyOf = ({ host, phase, port, reason, via }: Refusal): string => `${via} ${phase} ${host}:${port} ${reason}`

/** What was refused between two looks at a session's list, for people: `blocked host: …; allow with …`, each host once, 20 at most. */
export const blockedSince = (before: ReadonlyArray<Refusal>, after: ReadonlyArray<Refusal>): ReadonlyArray<string> => {
  const known = new Map(before.map((refusal) => [keyOf(refusal), refusal.count]))
  const blocked = after.filter((refusal) => refusal.count > (known.get(keyOf(refusal)) ?? 0) && isWorthTelling(refusal))
  // The proxy and the look-up of one name are one wish.
  return [...new Map(blocked.map((refusal) => [`${refusal.phase} ${refusal.host}`, refusal.message])).values()].slice(0, MAX_TOLD)
}
