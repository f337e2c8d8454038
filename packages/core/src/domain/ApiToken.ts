import { Schema } from "effect"
import { AccessScope } from "./AccessScope.ts"
import { sha256Hex } from "./base64.ts"

/*
 * `loom_` + 43 base62 digits of 256 random bits + 6 base62 digits of their CRC-32, as GitHub's own tokens are made
 * (github.blog, "Behind GitHub's new authentication token formats"): the prefix lets secret scanners find one, the checksum
 * tells a typo or a look-alike without asking the database.
 */

const PREFIX = "loom_"
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const SECRET_DIGITS = 43
const CHECK_DIGITS = 6
const SHAPE = new RegExp(`^${PREFIX}([0-9A-Za-z]{${SECRET_DIGITS}})([0-9A-Za-z]{${CHECK_DIGITS}})$`)

const base62 = (value: bigint, length: number): string => {
  let text = ""
  for (let rest = value; rest > 0n; rest /= 62n) text = `${DIGITS[Number(rest % 62n)] ?? ""}${text}`
  return text.padStart(length, "0")
}

/** CRC-32 of ISO 3309, as zlib computes it. */
const crc32 = (text: string): number => {
  let crc = 0xffff_ffff
  for (const char of text) {
    crc ^= char.charCodeAt(0)
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0)
  }
  return (crc ^ 0xffff_ffff) >>> 0
}

/** A token of these 32 random bytes. */
export const apiTokenOf = (random: Uint8Array): string => {
  const secret = base62(
    random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
    SECRET_DIGITS,
  )
  return `${PREFIX}${secret}${base62(BigInt(crc32(secret)), CHECK_DIGITS)}`
}

export const newApiToken = (): string => apiTokenOf(crypto.getRandomValues(new Uint8Array(32)))

/** Its shape and checksum fit: worth a look in the database. */
export const isApiToken = (text: string): boolean => {
  const [, secret, check] = SHAPE.exec(text) ?? []
  return secret !== undefined && check === base62(BigInt(crc32(secret)), CHECK_DIGITS)
}

/** What is kept of it. Of 256 random bits a plain hash is enough: there is nothing to guess. */
export const hashOfToken = (token: string): Promise<string> => sha256Hex(token)

/** A token as it is listed: without itself. Times are ms since the epoch. */
export const ApiToken = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  scopes: Schema.Array(AccessScope),
  /** The first characters, to know it by. */
  hint: Schema.String,
  createdAt: Schema.Int,
  expiresAt: Schema.Int,
  /** To the minute; null: never. */
  lastUsedAt: Schema.NullOr(Schema.Int),
})
export type ApiToken = typeof ApiToken.Type

export const MAX_TOKEN_DAYS = 366
export const DEFAULT_TOKEN_DAYS = 90

/** `POST /me/tokens` */
export const NewApiToken = Schema.Struct({
  name: Schema.NonEmptyString.check(Schema.isMaxLength(100)),
  /** `write` brings `read` with it, `admin` both. Default: read. */
  scope: Schema.optionalKey(AccessScope),
  expiresInDays: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MAX_TOKEN_DAYS }))),
})

/** The one time that a token is shown. */
export const MadeApiToken = Schema.Struct({ ...ApiToken.fields, token: Schema.String })
