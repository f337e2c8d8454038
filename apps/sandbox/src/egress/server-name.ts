/** More than any client sends, post-quantum key shares included. */
const MAX_HELLO_BYTES = 32_768
const HANDSHAKE = 22
const CLIENT_HELLO = 1
const SERVER_NAME = 0
const ENCRYPTED_CLIENT_HELLO = 0xfe0d

export type Hello =
  | { readonly type: "partial" }
  | { readonly type: "not-tls" }
  /** `name` is null where none is sent. `hidden`: a second hello is enclosed, encrypted (RFC 9849), whose name nobody sees. */
  | { readonly type: "hello"; readonly name: string | null; readonly hidden: boolean }

/** Reads big-endian numbers and blocks of `bytes` one after the other; a block that is cut off throws. */
class Reader {
  readonly #bytes: Buffer
  #at = 0
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }
  get done(): boolean {
    return this.#at >= this.#bytes.length
  }
  number(size: 1 | 2 | 3): number {
    return this.take(size).readUIntBE(0, size)
  }
  take(size: number): Buffer {
    if (this.#at + size > this.#bytes.length) throw new RangeError("cut off")
    return this.#bytes.subarray(this.#at, (this.#at += size))
  }
  block(lengthSize: 1 | 2 | 3): Buffer {
    return this.take(this.number(lengthSize))
  }
}

/** The handshake bytes of the records so far; null when one of them is no handshake of TLS. */
const handshakeOf = (bytes: Buffer): Buffer | null => {
  const parts: Array<Buffer> = []
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== HANDSHAKE || (at + 1 < bytes.length && bytes[at + 1] !== 3)) return null
    if (at + 5 > bytes.length) break
    const length = bytes.readUInt16BE(at + 3)
    parts.push(bytes.subarray(at + 5, at + 5 + length))
    at += 5 + length
  }
  return Buffer.concat(parts)
}

const nameOf = (extension: Buffer): string | null => {
  const list = new Reader(new Reader(extension).block(2))
  while (!list.done) {
    const type = list.number(1)
    const name = list.block(2)
    if (type === 0) return name.toString("latin1").toLowerCase().replace(/\.$/, "")
  }
  return null
}

/** The server name in the first bytes of a TLS connection (RFC 8446 4.1.2, RFC 6066 3), however they are cut into records. */
export const readHello = (bytes: Buffer): Hello => {
  const handshake = handshakeOf(bytes)
  if (handshake === null || (handshake.length > 0 && handshake[0] !== CLIENT_HELLO)) return { type: "not-tls" }
  const length = handshake.length < 4 ? null : handshake.readUIntBE(1, 3)
  if (length === null || handshake.length < 4 + length) return bytes.length > MAX_HELLO_BYTES ? { type: "not-tls" } : { type: "partial" }
  try {
    const hello = new Reader(handshake.subarray(4, 4 + length))
    hello.take(2 + 32)
    hello.block(1)
    hello.block(2)
    hello.block(1)
    const extensions = new Reader(hello.done ? Buffer.alloc(0) : hello.block(2))
    let name: string | null = null
    let hidden = false
    while (!extensions.done) {
      const type = extensions.number(2)
      const body = extensions.block(2)
      if (type === SERVER_NAME) name ??= nameOf(body)
      if (type === ENCRYPTED_CLIENT_HELLO) hidden = true
    }
    return { type: "hello", name, hidden }
  } catch {
    return { type: "not-tls" }
  }
}
