import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { MASK, redact } from "./redact.ts"

/** Built here, so that no scanner of this repository finds a credential. */
const long = (prefix: string) => `${prefix}${"aB3".repeat(14)}`
const jwt = ["eyJhbGciOiJSUzI1NiJ9", "eyJpc3MiOiIxMjM0NSJ9", "c2lnbmF0dXJl_-x"].join(".")

describe("redact", () => {
  it.each([
    ["GitHub's installation token of 2026", `ghs_12345_${jwt}`],
    ["personal access token", long("ghp_")],
    ["fine-grained token", long("github_pat_11AAA_")],
    ["OpenAI key", long("sk-proj-")],
    ["Anthropic key", long("sk-ant-api03-")],
    ["JWT", jwt],
    ["capability", `loom1.${long("e")}.${long("s")}`],
    ["npm token", long("npm_")],
  ])("masks a %s", (_, secret) => {
    const masked = redact(`before ${secret} after`)
    assert.strictEqual(masked, `before ${MASK} after`)
  })

  it("masks a private key, escaped, cut off or whole", () => {
    const [begin, end] = ["-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"]
    assert.strictEqual(redact(`a ${begin}\nMIIabc\n${end} b`), `a ${MASK} b`)
    assert.strictEqual(redact(`a ${begin}\\nMIIabc\\n${end} b`), `a ${MASK} b`)
    assert.strictEqual(redact(`a ${begin}\nMIIabc`), `a ${MASK}`)
  })

  it("masks credentials of headers and URLs, and leaves their names", () => {
    assert.strictEqual(redact("Authorization: Bearer abcdefghijklmnop"), `Authorization: Bearer ${MASK}`)
    assert.strictEqual(redact("authorization: Basic eC1hY2Nlc3MtdG9rZW46eA=="), `authorization: Basic ${MASK}`)
    assert.strictEqual(redact("x-api-key: 12345678abc"), `x-api-key: ${MASK}`)
    assert.strictEqual(redact("fetch https://x-access-token:abc@git.example/o/r.git"), `fetch https://${MASK}@git.example/o/r.git`)
  })

  it("leaves ordinary text alone", () => {
    const text = "The bearer of this token expired at src/sk-button.ts:3, see https://example.test/a:b and commit 5a4a2d4b12f4"
    assert.strictEqual(redact(text, ["", "at"]), text)
  })

  it("masks a literal however it is spelled", () =>
    fc.assert(
      fc.property(
        fc
          .string({ minLength: 12, maxLength: 60, unit: "grapheme-ascii" })
          .filter((text) => !MASK.includes(text) && new Set(text).size > 5),
        fc.string({ maxLength: 20 }),
        fc.string({ maxLength: 20 }),
        (secret, before, after) => {
          const bytes = Buffer.from(before + secret + after)
          for (const spelling of [
            secret,
            encodeURIComponent(secret),
            Buffer.from(secret).toString("base64"),
            Buffer.from(secret).toString("base64url"),
          ]) {
            assert.notInclude(redact(`${before} ${spelling} ${after}`.replaceAll(MASK, ""), [secret]), spelling)
          }
          // Inside a longer base64 text at most the characters shared with a neighbour may remain.
          const masked = redact(bytes.toString("base64"), [secret])
          assert.include(masked, MASK)
          const once = redact(`${before}${secret}${after}`, [secret])
          assert.strictEqual(redact(once, [secret]), once)
        },
      ),
    ))

  it("takes no long time over hostile text", () => {
    const hostile = ["eyJ-".repeat(20_000), "a.".repeat(50_000), "-----BEGIN PRIVATE KEY-----".repeat(3000), "x://".repeat(20_000)]
    const started = performance.now()
    for (const text of hostile) redact(text, ["a-secret-literal"])
    assert.isBelow(performance.now() - started, 20_000)
  })
})
