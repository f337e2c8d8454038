import { afterEach, assert, describe, it } from "@effect/vitest"
import { generateKeyPairSync } from "node:crypto"
import * as fc from "fast-check"
import { LineRedactor } from "./redact-lines.ts"
import { MASK, redact, rememberSecrets } from "./redact.ts"

const rsa = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey
const keyLines = rsa.split("\n").filter((line) => line.length > 20 && !line.startsWith("-----"))
const long = (prefix: string) => `${prefix}${"aB3".repeat(14)}`
const jwt = ["eyJhbGciOiJSUzI1NiJ9", "eyJpc3MiOiIxMjM0NSJ9", "c2lnbmF0dXJlX3g"].join(".")
/** Looks like nothing that anybody knows. */
const plain = "correct horse battery staple 42"
const secrets = [
  `ghs_12345_${jwt}`,
  long("ghp_"),
  long("github_pat_11AAA_"),
  jwt,
  long("sk-ant-api03-"),
  long("sk-proj-"),
  `loom1.${long("e")}.${long("s")}`,
  plain,
]

/** Feeds `text` in pieces that end at `cuts`. */
const through = (text: string, cuts: ReadonlyArray<number>): ReadonlyArray<string> => {
  const redactor = new LineRedactor()
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b)
  const pieces = [...places, text.length].map((end, i) => text.slice(places[i - 1] ?? 0, end))
  return [...pieces.flatMap((piece) => redactor.push(piece)), ...redactor.flush()]
}

const prose = fc.string({ unit: fc.constantFrom(..."abc XYZ019 .,:=\"'\n{}[]-"), maxLength: 60 })
const piece = fc.oneof(
  prose,
  fc.constantFrom(...secrets),
  fc.constant(`\n${rsa}`),
  fc.constantFrom("Authorization: Bearer ", "x-api-key: ", "https://x:"),
)

describe("secrets in text that arrives in pieces", () => {
  afterEach(() => rememberSecrets([]))

  it("are masked however the text is cut, and the same text comes out", () => {
    rememberSecrets([plain])
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(20_000), { maxLength: 30 }), (parts, cuts) => {
        const text = parts.join(" ")
        const lines = through(text, cuts)
        assert.deepStrictEqual(lines, through(text, []))
        const shown = lines.join("\n")
        for (const secret of [...secrets, ...keyLines]) assert.notInclude(shown, secret)
      }),
      { numRuns: 300 },
    )
  })

  it("are masked when every character comes alone", () => {
    const text = `before ${secrets[0]} after\n${rsa}next line\nAuthorization: token abcdef\n`
    assert.deepStrictEqual(
      through(
        text,
        Array.from({ length: text.length }, (_, i) => i),
      ),
      [`before ${MASK} after`, MASK, "next line", `Authorization: token ${MASK}`],
    )
  })

  it("do not come out of a line without end, not even in part", () => {
    const token = long("ghs_")
    const text = `${"x ".repeat(32_760)}${token} after\nnext`
    const lines = through(text, [30, 65_530, 65_540])
    assert.lengthOf(lines, 2)
    assert.match(lines[0] ?? "", /\[… the rest of the line is left out …\]$/)
    assert.notInclude(lines[0], token.slice(0, 8))
    assert.strictEqual(lines[1], "next")
    assert.deepStrictEqual(through("a".repeat(200_000), [7]), ["[… the rest of the line is left out …]"])
  })

  it("what is no key ends the key", () => {
    assert.deepStrictEqual(through("-----BEGIN PRIVATE KEY-----\nok 1 - a test\nMIIE\n", []), [MASK, "ok 1 - a test", "MIIE"])
  })
})

describe("what a deployment holds", () => {
  afterEach(() => rememberSecrets([]))
  it("is masked in every spelling, a key also line by line and without its beginning", () => {
    rememberSecrets([plain, rsa])
    for (const shown of [plain, encodeURIComponent(plain), Buffer.from(`x-access-token:${plain}`).toString("base64")])
      assert.include(redact(`a ${shown} b`), MASK, shown)
    assert.strictEqual(redact(`12: ${keyLines[3]} |`), `12: ${MASK} |`)
    assert.notInclude(redact(Buffer.from(rsa).toString("base64")), Buffer.from(rsa).toString("base64").slice(0, 40))
    rememberSecrets([])
    assert.include(redact(`a ${plain} b`), plain)
  })
  it("the end of somebody's key is masked though its beginning was cut off", () => {
    const end = rsa.slice(-400)
    const masked = redact(`output:\n${end}\nand more`)
    assert.match(masked, /^output:\[redacted\]\n\nand more$/)
    for (const line of end.split("\n").filter((one) => one.length > 20)) assert.notInclude(masked, line)
  })
})
