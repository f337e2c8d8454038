import { assert, it } from "@effect/vitest"
import { gatewaySecrets } from "./gateway-secrets.ts"

it("names what opens a gateway, with and without its scheme, and nothing that stands in any text", () => {
  const gateway = { host: "git.loom.internal", upstream: "http://x", headers: { authorization: "Bearer abc.def.ghi", "x-mode": "git" } }
  assert.deepStrictEqual(gatewaySecrets([gateway]), ["Bearer abc.def.ghi", "abc.def.ghi"])
})
