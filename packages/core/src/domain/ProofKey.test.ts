import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { toBase64, toHex, utf8 } from "./base64.ts"
import {
  generateKey,
  isSignedBy,
  parsePrivateKey,
  parsePublicKey,
  printPrivateKey,
  printPublicKey,
  publicKeyOf,
  signerOf,
} from "./ProofKey.ts"
import { redact } from "./redact.ts"

/** RFC 8032 section 7.1, TEST 2. */
const RFC = {
  seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
  publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
  message: Uint8Array.of(0x72),
  signature:
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
}
const base64Url = (hex: string) => Buffer.from(hex, "hex").toString("base64url")
const jwk = (more: object = {}) =>
  JSON.stringify({ kty: "OKP", crv: "Ed25519", d: base64Url(RFC.seed), x: base64Url(RFC.publicKey), ...more })
const pkcs8 = toBase64(Buffer.from(`302e020100300506032b657004220420${RFC.seed}`, "hex"))
const pem = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`

const rfcKey = () => parsePrivateKey(pkcs8) ?? assert.fail("the RFC's key is not read")

describe("a private key", () => {
  it("is the same in every form that people keep it in", () => {
    for (const form of [pkcs8, ` ${pkcs8}\n`, pem, pem.replaceAll("\n", "\r\n"), pem.trim().replaceAll("\n", "\\n"), jwk()])
      assert.strictEqual(toHex(parsePrivateKey(form) ?? Uint8Array.of()), toHex(rfcKey()), form.slice(0, 20))
  })

  it("signs as RFC 8032 says, and gives the RFC's public key", async () => {
    const sign = await signerOf(rfcKey())
    assert.strictEqual(toHex(await sign(RFC.message)), RFC.signature)
    const half = await publicKeyOf(rfcKey())
    assert.isTrue(toHex(half.spki).endsWith(RFC.publicKey))
    assert.isTrue(await isSignedBy(half, RFC.message, new Uint8Array(Buffer.from(RFC.signature, "hex"))))
  })

  it.each([
    ["nothing", ""],
    ["words", "hunter2 hunter2 hunter2"],
    ["an RSA key", generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString()],
    ["a key of another curve", generateKeyPairSync("ed448").privateKey.export({ type: "pkcs8", format: "pem" }).toString()],
    ["a public key", generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString()],
    ["a key that was cut", pkcs8.slice(0, -4)],
    ["a JWK of another curve", jwk({ crv: "X25519" })],
    ["a public JWK", JSON.stringify({ kty: "OKP", crv: "Ed25519", x: base64Url(RFC.publicKey) })],
    ["another JSON", "{}"],
    ["no JSON", "{"],
  ])("is not %s", (_, text) => assert.isNull(parsePrivateKey(text)))

  it("made here is one that others read, and its public half too", async () => {
    for (let n = 0; n < 20; n++) {
      const key = generateKey()
      const theirs = createPrivateKey({ key: Buffer.from(printPrivateKey(key), "base64"), format: "der", type: "pkcs8" })
      assert.strictEqual(theirs.asymmetricKeyType, "ed25519")
      const ours = printPublicKey(await publicKeyOf(key))
      assert.strictEqual(ours, createPublicKey(theirs).export({ type: "spki", format: "pem" }).toString())
      assert.strictEqual((await parsePublicKey(ours))?.keyId, (await publicKeyOf(key)).keyId)
    }
  })

  it("is masked wherever it might be printed", () => {
    for (const form of [printPrivateKey(generateKey()), pem, jwk()]) {
      const said = redact(`LOOM_PROOF_KEY=${form} was wrong`)
      assert.notInclude(said, pkcs8.slice(-30))
      assert.notInclude(said, base64Url(RFC.seed))
      assert.include(said, "[redacted]")
    }
  })
})

describe("a public key", () => {
  it("is the same as PEM, as one line and as a JWK", async () => {
    const half = await publicKeyOf(rfcKey())
    for (const form of [printPublicKey(half), toBase64(half.spki), jwk({ d: undefined })])
      assert.strictEqual((await parsePublicKey(form))?.keyId, half.keyId)
  })

  it("is nothing else", () =>
    fc.assert(fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => assert.isNull(await parsePublicKey(text)))))

  it("believes no signature but its own", async () => {
    const key = generateKey()
    const message = utf8("a message")
    const signature = await (await signerOf(key))(message)
    assert.isTrue(await isSignedBy(await publicKeyOf(key), message, signature))
    assert.isFalse(await isSignedBy(await publicKeyOf(generateKey()), message, signature))
    assert.isFalse(await isSignedBy(await publicKeyOf(key), utf8("b message"), signature))
    assert.isFalse(await isSignedBy(await publicKeyOf(key), message, signature.slice(1)))
  })
})
