import fc from "fast-check"
import { once } from "node:events"
import net, { type AddressInfo } from "node:net"
import tls from "node:tls"
import { beforeAll, describe, expect, it } from "vitest"
import { readHello } from "./server-name.ts"

/** The first bytes that OpenSSL sends for `servername`. */
const helloOf = async (servername: string | null): Promise<Buffer> => {
  const server = net.createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const client = tls.connect({
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    ...(servername === null ? {} : { servername }),
    rejectUnauthorized: false,
  })
  client.on("error", () => undefined)
  const [socket] = (await once(server, "connection")) as [net.Socket]
  const [bytes] = (await once(socket, "data")) as [Buffer]
  client.destroy()
  socket.destroy()
  server.close()
  return bytes
}

/** The same handshake in records of at most `size` bytes. */
const recut = (hello: Buffer, size: number): Buffer => {
  const handshake = hello.subarray(5)
  const parts: Array<Buffer> = []
  for (let at = 0; at < handshake.length; at += size) {
    const part = handshake.subarray(at, at + size)
    parts.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part)
  }
  return Buffer.concat(parts)
}

describe("the server name of TLS", () => {
  let hello: Buffer
  beforeAll(async () => {
    hello = await helloOf("Registry.Example")
  })

  it("is read from what OpenSSL sends", async () => {
    expect(readHello(hello)).toEqual({ type: "hello", name: "registry.example", hidden: false })
    expect(readHello(await helloOf(null))).toMatchObject({ type: "hello", name: null })
  })

  it("is the same however the bytes arrive and the records are cut, and never another", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(100_000), (size, at) => {
        const bytes = recut(hello, size)
        expect(readHello(bytes)).toMatchObject({ name: "registry.example" })
        expect(readHello(bytes.subarray(0, at % bytes.length))).toEqual({ type: "partial" })
      }),
    ))

  it("reads no name out of rubbish, and does not throw", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(500), fc.nat(255), (noise, at, value) => {
        readHello(Buffer.from(noise))
        const bent = Buffer.from(hello)
        bent[at % bent.length] = value
        readHello(bent)
      }),
      { numRuns: 500 },
    ))

  it("tells other protocols, and a second hello that is hidden", () => {
    for (const text of ["GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n", "PRI * HTTP/2.0\r\n"])
      expect(readHello(Buffer.from(text))).toEqual({ type: "not-tls" })
    // An extension of type 0xfe0d (RFC 9849) put in front of the others.
    const sessionEnd = 5 + 4 + 34 + 1 + (hello[5 + 4 + 34] ?? 0)
    const ciphersEnd = sessionEnd + 2 + hello.readUInt16BE(sessionEnd)
    const extensionsAt = ciphersEnd + 1 + (hello[ciphersEnd] ?? 0)
    const ech = Buffer.from([0xfe, 0x0d, 0, 1, 0])
    const body = Buffer.concat([hello.subarray(9, extensionsAt), Buffer.alloc(2), ech, hello.subarray(extensionsAt + 2)])
    body.writeUInt16BE(hello.readUInt16BE(extensionsAt) + ech.length, extensionsAt - 9)
    const head = Buffer.alloc(9)
    head.set([22, 3, 1], 0)
    head.writeUInt16BE(body.length + 4, 3)
    head[5] = 1
    head.writeUIntBE(body.length, 6, 3)
    expect(readHello(Buffer.concat([head, body]))).toEqual({ type: "hello", name: "registry.example", hidden: true })
  })
})
