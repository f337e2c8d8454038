import type { GateFinding } from "../Gate.ts"
import { isTestSupport } from "../path-kinds.ts"
import { MASK, redact } from "../redact.ts"
import type { DiffFile } from "../unified-diff.ts"

/** Shapes of credentials by their issuers' own documentation. `redact` knows most of them too; here each has a name. */
const SHAPES: ReadonlyArray<readonly [string, RegExp]> = [
  ["a private key", /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/],
  ["a GitHub token", /\bgh[opsur]_[A-Za-z0-9._]{30,}|\bgithub_pat_[A-Za-z0-9_]{40,}/],
  ["an OpenAI or Anthropic key", /\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,}/],
  ["an AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a Google API key", /\bAIza[A-Za-z0-9_-]{35}\b/],
  ["a Google OAuth secret", /\bGOCSPX-[A-Za-z0-9_-]{28}\b/],
  ["a Slack token or webhook", /\bxox[abeprs]-[A-Za-z0-9-]{20,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{20,}/],
  ["a Stripe key", /\b(?:sk|rk)_live_[A-Za-z0-9]{20,}/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/],
  ["a PyPI token", /\bpypi-AgE[A-Za-z0-9_-]{50,}/],
  ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/],
  ["a SendGrid key", /\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{40,}/],
  ["a Twilio key", /\bSK[0-9a-f]{32}\b/],
  ["a Hugging Face token", /\bhf_[A-Za-z0-9]{34,}\b/],
  ["a DigitalOcean token", /\bdop_v1_[0-9a-f]{64}\b/],
  ["a Cloudflare token", /\b(?:CLOUDFLARE|CF)_API_(?:TOKEN|KEY)["']?\s*[:=]\s*["']?[A-Za-z0-9_-]{37,}/],
  ["a Telegram bot token", /\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b/],
  ["an Azure storage key", /AccountKey=[A-Za-z0-9+/]{80,}={0,2}/],
  ["a signed token (JWT)", /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/],
  [
    "a password in an address",
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:"'`]{1,100}:(?!(?:password|pass|pw|secret|postgres|root|example|test|user|changeme|x+|\*+)@)[^\s/@"'`${}<>%]{6,200}@(?!localhost|127\.|example\.)/,
  ],
]

const NAMED =
  /\b[\w.-]*(?:secret|passw(?:or)?d|pwd|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth[_-]?key|client[_-]?secret)[\w.-]*["'\]]?\s*(?::\s*\w+\s*)?(?:=>|:=|=|:)\s*["'`]([^"'`\s]{16,200})["'`]/i
/** Not a value but where it comes from, or what stands in examples. */
const PLACEHOLDER =
  /example|sample|dummy|fake|placeholder|change[_-]?me|your[_-]|xxxx|\*{4}|0000000|1234567|abcdefg|\btest|foo|bar|lorem|<[^>]+>|\$\{|\{\{|process\.env|os\.environ|getenv|secrets\.|^[a-z]+(?:[._/-][a-z]+)*$|^[A-Z]+(?:_[A-Z]+)*$|^https?:|^[./~@]|^#[0-9a-f]{3,8}$/i

/** Bits per character (Shannon). Random base64 has about 5 at this length, words and paths under 3.5. */
export const entropy = (text: string): number => {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}
const MIN_ENTROPY = 3.6
const isRandom = (value: string): boolean => entropy(value) >= MIN_ENTROPY && /\d/.test(value) && /[a-z]/i.test(value)

/** The line with every credential in it masked: it goes into a pull request. */
const safe = (text: string, secret: string): string =>
  redact(text.trim().slice(0, 1_000), secret.length >= 6 ? [secret] : [])
    .replaceAll(secret, MASK)
    .slice(0, 300)

const secretIn = (text: string): { readonly what: string; readonly value: string } | null => {
  for (const [what, shape] of SHAPES) {
    const hit = shape.exec(text)
    if (hit !== null && !/EXAMPLE|xxxx|0000000000|1234567890abcdef/i.test(hit[0])) return { what, value: hit[0] }
  }
  const value = NAMED.exec(text)?.[1]
  return value !== undefined && !PLACEHOLDER.test(value) && isRandom(value) ? { what: "what looks like a credential", value } : null
}

/** Lock files are full of hashes and of no secrets. */
const LOCKFILE =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|poetry\.lock|uv\.lock|go\.sum|Gemfile\.lock|composer\.lock)$/

/** Credentials in the added lines. In tests, where they are mostly made up, they are shown and stop nothing, except known private shapes outside of fixtures. */
export const secretsInChange = (files: ReadonlyArray<DiffFile>): ReadonlyArray<GateFinding> =>
  files
    .filter((file) => !LOCKFILE.test(file.path))
    .flatMap((file) =>
      file.lines.flatMap((line): ReadonlyArray<GateFinding> => {
        if (line.kind !== "added") return []
        const secret = secretIn(line.text.slice(0, 4_000))
        if (secret === null) return []
        return [
          {
            severity: isTestSupport(file.path) ? "warn" : "block",
            file: file.path,
            line: line.number,
            text: safe(line.text, secret.value),
            explanation: `The change adds ${secret.what}.`,
          },
        ]
      }),
    )
