import { Schema } from "effect"
import { fromBase64, toBase64, utf8 } from "./base64.ts"
import { canonicalJson } from "./canonical-json.ts"

/*
 * DSSE v1 (https://github.com/secure-systems-lab/dsse): a payload, what kind it is, and signatures over both.
 */

export const Envelope = Schema.Struct({
  /** Base64 of the signed bytes. */
  payload: Schema.String,
  payloadType: Schema.String,
  /** `keyid` says which key to try and is not believed; `sig` is base64. */
  signatures: Schema.Array(Schema.Struct({ keyid: Schema.String, sig: Schema.String })),
})
export type Envelope = typeof Envelope.Type

const decodeEnvelope = Schema.decodeUnknownOption(Envelope)

/** "PAE", what is really signed: no payload of one type can be passed off as one of another. */
export const preAuthenticationEncoding = (payloadType: string, payload: Uint8Array): Uint8Array<ArrayBuffer> => {
  const type = utf8(payloadType)
  const head = utf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `)
  const bytes = new Uint8Array(head.length + payload.length)
  bytes.set(head)
  bytes.set(payload, head.length)
  return bytes
}

export interface Sealed {
  readonly payloadType: string
  readonly payload: Uint8Array<ArrayBuffer>
  readonly keyId: string
  readonly signature: Uint8Array<ArrayBuffer>
}

/** The envelope in its one spelling: canonical JSON, ASCII. */
export const printEnvelope = ({ keyId, payload, payloadType, signature }: Sealed): string =>
  canonicalJson({ payload: toBase64(payload), payloadType, signatures: [{ keyid: keyId, sig: toBase64(signature) }] })

/**
 * Null unless `bytes` are an envelope with one signature in exactly the spelling of `printEnvelope`. DSSE itself allows more
 * (white space, other base64, further members); Loom's proofs are known by the hash of their bytes, so they have one form.
 */
export const readEnvelope = (bytes: Uint8Array): Sealed | null => {
  const text = new TextDecoder().decode(bytes)
  const decoded = decodeEnvelope(parsed(text))
  if (decoded._tag === "None") return null
  const { payload, payloadType, signatures } = decoded.value
  const [signature, ...more] = signatures
  const [body, sig] = [fromBase64(payload), fromBase64(signature?.sig ?? "")]
  if (signature === undefined || more.length > 0 || body === null || sig === null) return null
  const sealed: Sealed = { payloadType, payload: body, keyId: signature.keyid, signature: sig }
  return isWellFormed(sealed) && isSame(bytes, utf8(printEnvelope(sealed))) ? sealed : null
}

const isWellFormed = ({ keyId, payloadType }: Sealed) => keyId.isWellFormed() && payloadType.isWellFormed()

const isSame = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index])

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
