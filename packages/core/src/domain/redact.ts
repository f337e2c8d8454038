/** What stands where a secret stood. */
export const MASK = "[redacted]"

/**
 * Shapes of credentials: a hit may be a false alarm, and that is fine in a log. Repetitions that can fail late are bounded.
 * GitHub's tokens are of any length and hold dots since 2026 (`ghs_<app>_<jwt>`), so no length is taken for granted.
 */
const SHAPES: ReadonlyArray<RegExp> = [
  // A private key, whole or cut off; newlines may be escaped as in environment variables.
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:(?!-----END)[\s\S])*(?:-----END [A-Z0-9 ]*PRIVATE KEY-----)?/g,
  // An Ed25519 private key as PKCS#8 in one line (LOOM_PROOF_KEY), and the private member of a JWK.
  /\bMC4CAQAwBQYDK2Vw[A-Za-z0-9+/]{20,}={0,2}/g,
  /(?<="d"\s{0,5}:\s{0,5}")[A-Za-z0-9_-]{43}(?=")/g,
  /\bgh[opsur]_[A-Za-z0-9._-]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{16,}/g,
  /\bloom1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g,
  // OpenAI and Anthropic (`sk-ant-`, `sk-proj-`), npm, GitLab, Slack, Google, AWS.
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bnpm_[A-Za-z0-9]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[a-z]-[A-Za-z0-9-]{10,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{5,8000}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g,
]
/** The scheme stays, the credential goes. */
const AUTHORIZATION =
  /\b((?:proxy-)?authorization["']?\s{0,5}[:=]\s{0,5}["']?(?:bearer|basic|token|digest|negotiate)\s{1,5})(?!\[redacted)[^\s"',]{4,}/gi
const HEADERS = /\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{12,}/gi
const KEY_HEADERS = /\b(x-api-key|api-key|authorization)(["']?\s*[:=]\s*["']?)(?!bearer|basic|\[redacted)[^\s"',]{8,}/gi
const USERINFO = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,2000}@/gi

const base64 = (text: string): string => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""))

/**
 * The spellings under which a literal secret may appear: itself, JSON- and URL-escaped, base64 alone or inside a longer
 * text (`x-access-token:<secret>`): at each of the three byte offsets, the characters that depend on the secret alone.
 */
const spellings = (secret: string): ReadonlyArray<string> => {
  const bytes = new TextEncoder().encode(secret).length
  const embedded = [0, 1, 2].map((offset) => {
    const whole = base64("\0".repeat(offset) + secret)
    const first = Math.ceil((offset * 8) / 6)
    const end = Math.floor(((offset + bytes) * 8) / 6)
    return whole.slice(first, end)
  })
  const plain = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]
  const encoded = [base64(secret), ...embedded].filter((text) => text.length >= 8)
  const urlSafe = encoded.map((text) => text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""))
  return [...plain, ...encoded, ...urlSafe]
}

/** A shorter literal would blank out ordinary words. */
const MIN_SECRET_LENGTH = 6
/** Lines of a key that are shown without their first and last are still the key. */
const MIN_SECRET_LINE = 24

const literalsOf = (secrets: ReadonlyArray<string>): ReadonlyArray<string> => {
  const whole = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH && !MASK.includes(secret))
  const lines = whole.flatMap((secret) => secret.split(/\r?\n|\\n/).map((line) => line.trim()))
  const ofKeys = lines.filter((line) => line.length >= MIN_SECRET_LINE && !line.startsWith("-----"))
  return [...new Set([...whole.flatMap(spellings), ...ofKeys])].toSorted((a, b) => b.length - a.length)
}

let known: ReadonlyArray<string> = []

/**
 * What this deployment holds, and must never show in any spelling: told once, by whoever reads the settings. It is kept for the life of
 * the isolate, beside the settings themselves; the same ones may be told again.
 */
export const rememberSecrets = (secrets: ReadonlyArray<string>): void => {
  known = literalsOf(secrets)
}

const END_OF_KEY = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/g
/** The longest key that is cut off at its front. */
const MAX_KEY_CHARS = 20_000

/** A key whose beginning was cut away by whoever kept only the end of a text. */
const maskKeyEnds = (text: string): string => {
  let rest = text
  for (const { index, 0: end } of [...text.matchAll(END_OF_KEY)].toReversed()) {
    let start = index
    while (start > 0 && index - start < MAX_KEY_CHARS && /[A-Za-z0-9+/=\s\\]/.test(rest[start - 1] ?? "")) start--
    rest = rest.slice(0, start) + MASK + rest.slice(index + end.length)
  }
  return rest
}

const withoutLiterals = (text: string, literals: ReadonlyArray<string>): string =>
  literals.reduce((rest, literal) => (rest.includes(literal) ? rest.replaceAll(literal, MASK) : rest), text)

/**
 * Masks every known credential shape, everything that this deployment holds (`rememberSecrets`) and every given literal in `text`.
 * Idempotent. Runs over logs, comments, transcripts and errors (AGENTS.md rule 4); it is the last net, never the reason that a secret may
 * come near. Text that arrives in pieces goes through `redact-lines.ts`.
 */
export const redact = (text: string, secrets: ReadonlyArray<string> = []): string => {
  const literal = withoutLiterals(withoutLiterals(text, known), secrets.length === 0 ? [] : literalsOf(secrets))
  return maskKeyEnds(SHAPES.reduce((rest, shape) => rest.replace(shape, MASK), literal))
    .replace(AUTHORIZATION, (_, before: string) => `${before}${MASK}`)
    .replace(HEADERS, (_, scheme: string, space: string) => `${scheme}${space}${MASK}`)
    .replace(KEY_HEADERS, (_, name: string, between: string) => `${name}${between}${MASK}`)
    .replace(USERINFO, (_, scheme: string) => `${scheme}${MASK}@`)
}
