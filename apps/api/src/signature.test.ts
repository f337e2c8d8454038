import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { isGenuine, isSameSecret } from "./signature.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
/** GitHub's own test vector (facts/github.md section 3). */
const secret = Redacted.make("It's a Secret to Everybody")
const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

describe("isGenuine", () => {
  it("accepts GitHub's vector, again and again", async () => {
    assert.isTrue(await isGenuine(secret, signature, bytes("Hello, World!")))
    assert.isTrue(await isGenuine(secret, signature, bytes("Hello, World!")))
  })

  it("forgets the old secret when it changes, and takes it back", async () => {
    assert.isFalse(await isGenuine(Redacted.make("another"), signature, bytes("Hello, World!")))
    assert.isTrue(await isGenuine(secret, signature, bytes("Hello, World!")))
  })

  for (const [name, header, body] of [
    ["another byte", signature, "Hello, World?"],
    ["another digit", signature.replace("7571", "7572"), "Hello, World!"],
    ["SHA-1", "sha1=0123456789012345678901234567890123456789", "Hello, World!"],
    ["a short digest", "sha256=7571", "Hello, World!"],
    ["a prefix only", "sha256=", "Hello, World!"],
    ["upper case", signature.toUpperCase(), "Hello, World!"],
  ] as const) {
    it(`refuses ${name}`, async () => assert.isFalse(await isGenuine(secret, header, bytes(body))))
  }

  it("verifies nothing with an empty secret", async () =>
    assert.isFalse(await isGenuine(Redacted.make(""), signature, bytes("Hello, World!"))))
})

describe("isSameSecret", () => {
  it("is true for the very same text only", async () => {
    assert.deepStrictEqual(
      await Promise.all(["token", "token ", "Token", "", "tokentoken"].map((given) => isSameSecret(Redacted.make("token"), given))),
      [true, false, false, false, false],
    )
    assert.isFalse(await isSameSecret(Redacted.make(""), ""))
  })
})
