/** Git's pkt-line framing (gitprotocol-common): four hex digits of length, themselves included; `0000` is a flush. */

const decoder = new TextDecoder()
const encoder = new TextEncoder()

export type Packet =
  | { readonly type: "data"; readonly text: string; readonly end: number }
  | { readonly type: "flush"; readonly end: number }
  /** More bytes are needed. */
  | { readonly type: "partial" }
  | { readonly type: "malformed" }

/** The packet that starts at `offset`. `0001` to `0003` belong to protocol v2, which receive-pack does not speak. */
export const packetAt = (bytes: Uint8Array, offset: number): Packet => {
  if (bytes.length < offset + 4) return { type: "partial" }
  const digits = decoder.decode(bytes.subarray(offset, offset + 4))
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) return { type: "malformed" }
  const length = Number.parseInt(digits, 16)
  if (length === 0) return { type: "flush", end: offset + 4 }
  if (length < 4) return { type: "malformed" }
  if (bytes.length < offset + length) return { type: "partial" }
  return { type: "data", text: decoder.decode(bytes.subarray(offset + 4, offset + length)), end: offset + length }
}

export const FLUSH = encoder.encode("0000")

export const concat = (chunks: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** One data packet; at most 65,516 bytes of payload, which the caller's words never reach. */
export const packet = (payload: string | Uint8Array): Uint8Array<ArrayBuffer> => {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload
  return concat([encoder.encode((bytes.length + 4).toString(16).padStart(4, "0")), bytes])
}
