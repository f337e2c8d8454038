import { createPrivateKey, createPublicKey } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { keygen } from "./keygen.ts"

describe("keygen", () => {
  it("writes the private key alone to where it can be piped, and only what may be seen beside it", async () => {
    let [out, notes] = ["", ""]
    const code = await keygen(
      (text) => void (out += text),
      (text) => void (notes += text),
    )
    assert.strictEqual(code, 0)
    assert.match(out, /^[A-Za-z0-9+/]+=*\n$/)
    const key = createPrivateKey({ key: Buffer.from(out.trim(), "base64"), format: "der", type: "pkcs8" })
    assert.include(notes, createPublicKey(key).export({ type: "spki", format: "pem" }).toString())
    assert.notInclude(notes, out.trim())
    assert.notInclude(notes, out.trim().slice(22))
  })
})
