import type { RiskScore } from "../Gate.ts"
import { isCiConfig, isProduction, isTestFile } from "../path-kinds.ts"
import { isComment } from "../test-code.ts"
import type { DiffFile } from "../unified-diff.ts"
import { newDependencies } from "./dependencies.ts"
import { sizeOfChange } from "./size.ts"

/** A public name, per language: what others may have built upon. */
const EXPORTS =
  /^\s*export\s+(?:default\s+)?(?:async\s+)?(?:declare\s+)?(?:abstract\s+)?(?:const|let|function\*?|class|interface|type|enum)\s+(\w+)|^\s*(?:module\.)?exports\.(\w+)\s*=|^(?:async\s+)?(?:def|class)\s+([a-zA-Z]\w*)|^func\s+(?:\([^)]*\)\s*)?([A-Z]\w*)|^type\s+([A-Z]\w*)\s|^\s*pub\s+(?:async\s+)?(?:fn|struct|enum|trait|type|const)\s+(\w+)|^\s*public\s+(?:static\s+|final\s+|abstract\s+)*[\w<>[\],?\s]+?\s(\w+)\s*\(|^\s*public\s+(?:static\s+)?function\s+(\w+)/
/** What a caller sees: the name with its parameters, without the body or the value. */
const signatureOf = (text: string): string => {
  const line = text.trim().replaceAll(/\s+/g, " ")
  return /=>|\b(?:function|def|func|fn)\b|^public\b/.test(line) ? line.replace(/ ?(?:=>|\{).*$/, "") : line.replace(/ ?[={].*$/, "")
}
const exportOf = (text: string): { readonly name: string; readonly signature: string } | null => {
  const name = EXPORTS.exec(text)
    ?.slice(1)
    .find((group) => group !== undefined)
  return name === undefined ? null : { name, signature: signatureOf(text.slice(0, 1_000)) }
}

interface Topic {
  readonly points: number
  readonly reason: string
  readonly path?: RegExp
  /** Looked for in changed lines of production code. */
  readonly text?: RegExp
}
const TOPICS: ReadonlyArray<Topic> = [
  {
    points: 20,
    reason: "authentication or permissions",
    path: /(^|[/_.-])(auth\w*|login|session|permission\w*|acl|rbac|oauth|sso|jwt|csrf|cors)([/_.-]|$)/i,
    text: /\b(?:authenticate|authori[sz]e|isAdmin|is_admin|hasPermission|has_permission|requireLogin|login_required|jwt|csrf|setuid|chmod|allowOrigin)\b/i,
  },
  {
    points: 20,
    reason: "cryptography or secrets",
    path: /(^|[/_.-])(crypto|cipher|encrypt\w*|signing|signature|keys?|tls|ssl|secrets?|password)([/_.-]|$)/i,
    text: /\b(?:createHmac|createHash|createCipher\w*|subtle\.|hashlib|hmac|bcrypt|argon2|scrypt|pbkdf2|crypto\/|Cipher\.getInstance|MessageDigest|openssl_\w+|randomBytes|rejectUnauthorized|InsecureSkipVerify|verify=False)/,
  },
  {
    points: 20,
    reason: "a database migration or schema",
    path: /(^|\/)(migrations?|migrate|schema)(\/|\.\w+$)|\.sql$|schema\.(rb|prisma|sql)$/i,
    text: /\b(?:ALTER TABLE|DROP (?:TABLE|COLUMN|INDEX)|TRUNCATE|CREATE TABLE|add_column|remove_column|drop_table)\b/i,
  },
  {
    points: 15,
    reason: "continuous integration, build or deployment",
    path: /(^|\/)(Dockerfile[\w.-]*|docker-compose[\w.-]*|[\w.-]*\.tf|helm|k8s|deploy[\w.-]*|wrangler\.toml|serverless\.yml|Procfile|\.npmrc)(\/|$)/i,
  },
  {
    points: 10,
    reason: "running commands or code made from text",
    text: /\b(?:eval|exec|execSync|spawn|system|popen|shell_exec|subprocess\.\w+|child_process|os\.system|Function)\s*\(|shell\s*=\s*True|dangerouslySetInnerHTML|innerHTML\s*=|unserialize\(|pickle\.loads?\(|yaml\.load\(/,
  },
  { points: 10, reason: "money", path: /(^|[/_.-])(billing|payment\w*|invoice\w*|checkout|price|pricing|tax)([/_.-]|$)/i },
  {
    points: 10,
    reason: "concurrency",
    text: /\b(?:Mutex|RwLock|synchronized|threading\.|Lock\(\)|sync\.(?:Mutex|WaitGroup)|atomic\.|Atomics\.|unsafe)\b/,
  },
  {
    points: 5,
    reason: "deleting data or files",
    text: /\b(?:DELETE FROM|rmSync|rm -rf|unlink(?:Sync)?|rmtree|remove_all|os\.remove|deleteMany|destroy_all)\b/i,
  },
]

const listed = (names: ReadonlyArray<string>): string =>
  names
    .slice(0, 3)
    .map((name) => `\`${name}\``)
    .join(", ") + (names.length > 3 ? " …" : "")

/**
 * How much care a diff wants, 0 to 100: what it touches, not whether it is right. Pure and the same for the same patch. Points add
 * up; the level is low under 25, high from 50.
 */
export const riskOfChange = (files: ReadonlyArray<DiffFile>): RiskScore => {
  const reasons: Array<{ readonly points: number; readonly reason: string }> = []
  const production = files.filter((file) => isProduction(file.path))
  const changed = production.flatMap((file) => file.lines.filter((line) => line.kind !== "context" && !isComment(line.text)))

  const gone: Array<string> = []
  const altered: Array<string> = []
  const fresh: Array<string> = []
  const sides = (kind: "added" | "removed") =>
    new Map(
      production
        .flatMap((file) => file.lines.filter((line) => line.kind === kind).flatMap((line) => exportOf(line.text) ?? []))
        .map((one) => [one.name, one.signature]),
    )
  const before = sides("removed")
  const after = sides("added")
  for (const [name, signature] of before) {
    const now = after.get(name)
    if (now === undefined) gone.push(name)
    else if (now !== signature) altered.push(name)
  }
  for (const name of after.keys()) if (!before.has(name)) fresh.push(name)
  if (gone.length > 0) reasons.push({ points: 20, reason: `Exported names are gone: ${listed(gone)}.` })
  if (altered.length > 0) reasons.push({ points: 12, reason: `Signatures of exported names change: ${listed(altered)}.` })
  if (fresh.length > 0) reasons.push({ points: 3, reason: `New exported names: ${listed(fresh)}.` })

  for (const topic of TOPICS) {
    const paths = files.filter((file) => !isTestFile(file.path) && topic.path?.test(file.path) === true).map((file) => file.path)
    const text = topic.text
    const line = text === undefined ? undefined : changed.find((one) => text.test(one.text.slice(0, 1_000)))
    if (paths.length > 0) reasons.push({ points: topic.points, reason: `It touches ${topic.reason}: ${listed(paths)}.` })
    else if (line !== undefined)
      reasons.push({
        points: Math.ceil(topic.points / 2),
        reason: `It touches ${topic.reason}: \`${line.text.trim().slice(0, 80).replaceAll("`", "'")}\`.`,
      })
  }
  const ci = files.filter((file) => isCiConfig(file.path)).map((file) => file.path)
  if (ci.length > 0) reasons.push({ points: 15, reason: `It touches what continuous integration runs: ${listed(ci)}.` })
  const dependencies = newDependencies(files)
  if (dependencies.length > 0) reasons.push({ points: 12, reason: `New dependencies: ${listed(dependencies.map((one) => one.name))}.` })

  const size = sizeOfChange(files)
  if (size.lines > 150)
    reasons.push({ points: Math.min(20, Math.floor(size.lines / 75)), reason: `${size.lines} changed lines in ${size.files} files.` })
  const removed = changed.filter((line) => line.kind === "removed").length
  const added = changed.length - removed
  if (removed > 30 && removed > 2 * added) reasons.push({ points: 8, reason: `${removed} lines of code are removed, ${added} added.` })
  if (changed.length > 0 && size.testLines === 0) reasons.push({ points: 15, reason: "Code changes and no test does." })
  else if (changed.length > 60 && size.testLines * 6 < changed.length)
    reasons.push({ points: 6, reason: `${changed.length} changed lines of code and only ${size.testLines} of tests.` })

  const score = Math.min(
    100,
    reasons.reduce((sum, one) => sum + one.points, 0),
  )
  return {
    score,
    level: score < 25 ? "low" : score < 50 ? "medium" : "high",
    reasons: reasons.toSorted((a, b) => b.points - a.points).slice(0, 12),
  }
}
