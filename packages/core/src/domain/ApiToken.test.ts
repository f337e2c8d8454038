import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { apiTokenOf, isApiToken, newApiToken } from "./ApiToken.ts"

const random = fc.uint8Array({ minLength: 32, maxLength: 32 })
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

describe("an API token", () => {
  it("is found by secret scanners, and every one is a different text", () =>
    fc.assert(
      fc.property(random, random, (left, right) => {
        assert.match(apiTokenOf(left), /^loom_[0-9A-Za-z]{49}$/)
        assert.isTrue(isApiToken(apiTokenOf(left)))
        assert.strictEqual(
          apiTokenOf(left) === apiTokenOf(right),
          left.every((byte, index) => byte === right[index]),
        )
      }),
    ))

  it("with a typo in it is known for none, without asking anybody", () =>
    fc.assert(
      fc.property(random, fc.nat({ max: 48 }), fc.nat({ max: 61 }), (bytes, at, digit) => {
        const token = apiTokenOf(bytes)
        const index = "loom_".length + at
        const wrong = `${token.slice(0, index)}${ALPHABET[digit]}${token.slice(index + 1)}`
        assert.strictEqual(isApiToken(wrong), wrong === token)
      }),
    ))

  it("has the checksum that zlib computes", () => {
    // Python's zlib.crc32 of 43 zeros is 0x7849568f, in base62 2CZclj.
    assert.strictEqual(apiTokenOf(new Uint8Array(32)), `loom_${"0".repeat(43)}2CZclj`)
  })

  it("is none in any other shape", () => {
    const token = newApiToken()
    for (const text of [
      "",
      "loom_",
      ` ${token}`,
      `${token} `,
      `${token}\n`,
      token.toUpperCase(),
      token.slice(0, -1),
      `ghp_${token.slice(5)}`,
    ])
      assert.isFalse(isApiToken(text), text)
  })
})
