import { fromBase64, sha256Hex, toBase64 } from "./base64.ts"

/*
 * Ed25519 keys (RFC 8032) in the three forms people keep them in: PEM, the PEM's body in one line, and JWK (RFC 8037).
 * Nothing here ever repeats a private key: a form that is not understood is answered with null.
 */

/** RFC 8410: what stands before the 32 bytes of a private and of a public key in DER. */
const PKCS8_PREFIX = Uint8Array.from([0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20])
const SPKI_PREFIX = Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00])
const KEY_BYTES = 32

/** DER, PKCS#8. */
export type PrivateKey = Uint8Array<ArrayBuffer>

/** A key whose signatures are believed. */
export interface PublicKey {
  /** sha-256, hex, of the key's SubjectPublicKeyInfo in DER: `openssl pkey -pubin -in key.pem -outform DER | sha256sum`. */
  readonly keyId: string
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array<ArrayBuffer>
}

const join = (...parts: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => Uint8Array.from(parts.flatMap((part) => [...part]))

const after = (prefix: Uint8Array, der: Uint8Array | null): boolean =>
  der !== null && der.length === prefix.length + KEY_BYTES && prefix.every((byte, index) => der[index] === byte)

/** The member of a JWK that holds the key, as bytes; null for any other kind of key. */
const fromJwk = (text: string, member: "d" | "x"): Uint8Array<ArrayBuffer> | null => {
  const jwk: unknown = parsed(text)
  if (typeof jwk !== "object" || jwk === null) return null
  const { crv, kty, [member]: key } = jwk as { readonly [name: string]: unknown }
  if (kty !== "OKP" || crv !== "Ed25519" || typeof key !== "string" || !/^[A-Za-z0-9_-]{43}$/.test(key)) return null
  return fromBase64(`${key.replace(/-/g, "+").replace(/_/g, "/")}=`)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** PEM with the given label, or its body alone; line breaks may be written as `\n`, as environment variables have them. */
const fromPem = (text: string, label: string): Uint8Array<ArrayBuffer> | null => {
  const pem = new RegExp(`^-----BEGIN ${label}-----([\\s\\S]*)-----END ${label}-----$`)
  const lines = text.replaceAll("\\n", "\n").trim()
  return fromBase64((pem.exec(lines)?.[1] ?? lines).replace(/\s+/g, ""))
}

/** Null unless `text` is an Ed25519 private key: PKCS#8 as PEM or its body, or a JWK with `d`. */
export const parsePrivateKey = (text: string): PrivateKey | null => {
  const trimmed = text.trim()
  if (trimmed.startsWith("{")) {
    const seed = fromJwk(trimmed, "d")
    return seed === null ? null : join(PKCS8_PREFIX, seed)
  }
  const der = fromPem(trimmed, "PRIVATE KEY")
  return der !== null && after(PKCS8_PREFIX, der) ? der : null
}

/** The private key as one line: base64 of its PKCS#8 form. This is the form of LOOM_PROOF_KEY. */
export const printPrivateKey = (key: PrivateKey): string => toBase64(key)

const publicKey = async (spki: Uint8Array<ArrayBuffer>): Promise<PublicKey> => ({ keyId: await sha256Hex(spki), spki })

/** SubjectPublicKeyInfo in DER; null unless `text` is an Ed25519 public key: PEM or its body, or a JWK with `x`. */
export const readPublicKey = (text: string): Uint8Array<ArrayBuffer> | null => {
  const trimmed = text.trim()
  if (trimmed.startsWith("{")) {
    const raw = fromJwk(trimmed, "x")
    return raw === null ? null : join(SPKI_PREFIX, raw)
  }
  const der = fromPem(trimmed, "PUBLIC KEY")
  return der !== null && after(SPKI_PREFIX, der) ? der : null
}

/** The same, with its id. */
export const parsePublicKey = async (text: string): Promise<PublicKey | null> => {
  const spki = readPublicKey(text)
  return spki === null ? null : publicKey(spki)
}

/** PEM, 64 characters a line (RFC 7468), with a final line break. */
export const printPublicKey = ({ spki }: PublicKey): string =>
  `-----BEGIN PUBLIC KEY-----\n${toBase64(spki).replace(/.{64}(?=.)/g, "$&\n")}\n-----END PUBLIC KEY-----\n`

const ED25519 = { name: "Ed25519" } as const

/** A new private key, from the platform's random numbers. */
export const generateKey = (): PrivateKey => join(PKCS8_PREFIX, crypto.getRandomValues(new Uint8Array(KEY_BYTES)))

/** The public half. */
export const publicKeyOf = async (key: PrivateKey): Promise<PublicKey> => {
  const jwk = await crypto.subtle.exportKey("jwk", await crypto.subtle.importKey("pkcs8", key, ED25519, true, ["sign"]))
  const half = await parsePublicKey(JSON.stringify(jwk))
  if (half === null) throw new Error("the platform derived no public key from an Ed25519 private key")
  return half
}

/** Signs with a key that cannot be read out of the platform again. The same message gives the same 64 bytes (RFC 8032). */
export const signerOf = async (key: PrivateKey): Promise<(message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>> => {
  const secret = await crypto.subtle.importKey("pkcs8", key, ED25519, false, ["sign"])
  return async (message) => new Uint8Array(await crypto.subtle.sign(ED25519, secret, message))
}

export const isSignedBy = async (
  { spki }: PublicKey,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> =>
  crypto.subtle.verify(ED25519, await crypto.subtle.importKey("spki", spki, ED25519, false, ["verify"]), signature, message)
