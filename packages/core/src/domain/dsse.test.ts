import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { fromBase64, toBase64, utf8 } from "./base64.ts"
import { preAuthenticationEncoding, printEnvelope, readEnvelope } from "./dsse.ts"

const sealed = { payloadType: "text/plain", payload: utf8("hello"), keyId: "k", signature: new Uint8Array(64).fill(7) }
const text = printEnvelope(sealed)

describe("DSSE", () => {
  it("encodes what is signed as the specification's example does", () =>
    assert.strictEqual(
      new TextDecoder().decode(preAuthenticationEncoding("http://example.com/HelloWorld", utf8("hello world"))),
      "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
    ))

  it("counts bytes, not characters", () =>
    assert.strictEqual(new TextDecoder().decode(preAuthenticationEncoding("é", utf8("€"))), "DSSEv1 2 é 3 €"))

  it("reads what it wrote", () => {
    assert.deepStrictEqual(readEnvelope(utf8(text)), sealed)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), fc.uint8Array({ maxLength: 64 }), (payload, keyId, signature) => {
        const one = { payloadType: "t", payload: new Uint8Array(payload), keyId, signature: new Uint8Array(signature) }
        assert.deepStrictEqual(readEnvelope(utf8(printEnvelope(one))), one)
      }),
    )
  })

  it.each([
    ["white space", text.replace("{", "{ ")],
    ["a final line break", `${text}\n`],
    ["a byte order mark", `\ufeff${text}`],
    ["another order of members", JSON.stringify({ payloadType: "text/plain", payload: toBase64(sealed.payload), signatures: [] })],
    ["a member more", text.replace("{", '{"a":1,')],
    ["a member twice", text.replace("{", `{"payload":"${toBase64(utf8("other"))}",`)],
    ["a second signature", text.replace("]", ',{"keyid":"k","sig":""}]')],
    ["no signature", text.replace(/\[.*\]/, "[]")],
    ["base64 of the URL alphabet", text.replace(/"sig":"[^"]*"/, '"sig":"_-8="')],
    ["base64 with stray bits", text.replace("BwcHBw==", "BwcHBx==")],
    ["an escape where none is needed", text.replace("text", "\\u0074ext")],
    ["nothing", ""],
    ["null", "null"],
  ])("refuses the same with %s: a proof has one spelling", (_, other) => {
    assert.notStrictEqual(other, text)
    assert.isNull(readEnvelope(utf8(other)))
  })
})

describe("base64", () => {
  it("refuses a second spelling of the same bytes", () => {
    assert.deepStrictEqual(fromBase64("QQ=="), Uint8Array.of(0x41))
    for (const other of ["QR==", "QQ", "QQ=", "Q Q==", "QQ==\n"]) assert.isNull(fromBase64(other), other)
  })

  it("has one spelling for each sequence of bytes", () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ABQRgw+/=_-\n "), maxLength: 12 }), (candidate) => {
        const bytes = fromBase64(candidate)
        if (bytes !== null) assert.strictEqual(toBase64(bytes), candidate)
      }),
    ))
})
