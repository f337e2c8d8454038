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

/**
 * Masks every known credential shape and every given literal in `text`. Idempotent. Runs over logs, comments, transcripts
 * and errors (AGENTS.md rule 4); it is the last net, never the reason that a secret may come near.
 */
export const redact = (text: string, secrets: ReadonlyArray<string> = []): string => {
  const literals = secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH && !MASK.includes(secret))
    .flatMap(spellings)
    .toSorted((a, b) => b.length - a.length)
  const withoutLiterals = literals.reduce((rest, literal) => rest.replaceAll(literal, MASK), text)
  return SHAPES.reduce((rest, shape) => rest.replace(shape, MASK), withoutLiterals)
    .replace(HEADERS, (_, scheme: string, space: string) => `${scheme}${space}${MASK}`)
    .replace(KEY_HEADERS, (_, name: string, between: string) => `${name}${between}${MASK}`)
    .replace(USERINFO, (_, scheme: string) => `${scheme}${MASK}@`)
}
