import { Redacted } from "effect"

const encoder = new TextEncoder()

/** The imported key of the secret in use: importing costs more than verifying. One entry; a changed secret replaces it. */
let cached: { readonly secret: string; readonly key: Promise<CryptoKey> } | null = null

const keyOf = (secret: string): Promise<CryptoKey> => {
  if (cached?.secret !== secret) {
    cached = { secret, key: crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]) }
  }
  return cached.key
}

/** Bytes of `sha256=<64 hex digits>`; null for any other text. */
const bytesOf = (header: string): Uint8Array<ArrayBuffer> | null => {
  if (!/^sha256=[0-9a-f]{64}$/.test(header)) return null
  const bytes = new Uint8Array(32)
  for (let index = 0; index < 32; index++) {
    const at = "sha256=".length + index * 2
    bytes[index] = Number.parseInt(header.slice(at, at + 2), 16)
  }
  return bytes
}

/** `X-Hub-Signature-256` over the raw bytes; `crypto.subtle.verify` compares in constant time. An empty secret verifies nothing. */
export const isGenuine = async (secret: Redacted.Redacted<string>, signature: string, body: Uint8Array<ArrayBuffer>): Promise<boolean> => {
  const mac = bytesOf(signature)
  const text = Redacted.value(secret)
  return mac !== null && text !== "" && crypto.subtle.verify("HMAC", await keyOf(text), mac, body)
}

/** Equal without telling by time where they differ: the digests are compared, not the texts. */
export const isSameSecret = async (expected: Redacted.Redacted<string>, given: string): Promise<boolean> => {
  const text = Redacted.value(expected)
  if (text === "") return false
  const [a, b] = await Promise.all([text, given].map((value) => crypto.subtle.digest("SHA-256", encoder.encode(value))))
  if (a === undefined || b === undefined) return false
  const [left, right] = [new Uint8Array(a), new Uint8Array(b)]
  return left.reduce((difference, byte, index) => difference | (byte ^ (right[index] ?? 0)), 0) === 0
}
