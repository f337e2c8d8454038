import { assert, describe, it } from "@effect/vitest"
import { recordedModelChoice } from "./model.ts"
import { workerVariables } from "./worker-variables.ts"

const parts = {
  github: { appId: 7, slug: "loom", privateKeyPem: "PEM", clientId: "i", clientSecret: "cs", apiUrl: "http://g", gitUrl: "http://g" },
  secrets: { webhook: "w", capability: "c", apiToken: "t", sandboxToken: "s", proofKey: "p" },
  localUser: "ada",
  workerUrl: "http://w",
  sandboxUrl: "http://s",
  registries: { hosts: ["a.example"], env: { npm_config_registry: "https://a.example/" }, directories: [], notes: [] },
  allowedHosts: ["b.example", "a.example"],
  model: recordedModelChoice("http://m"),
  extra: {},
}

describe("workerVariables", () => {
  it("says all that the Worker must know", () => {
    const variables = workerVariables(parts)
    assert.strictEqual(variables["LOOM_ALLOWED_HOSTS"], "a.example,b.example")
    assert.deepStrictEqual(JSON.parse(variables["LOOM_SANDBOX_ENV"] ?? ""), { npm_config_registry: "https://a.example/" })
    assert.deepInclude(variables, {
      GITHUB_APP_ID: "7",
      LOOM_PUBLIC_URL: "http://w",
      LOOM_GATEWAY_URL: "http://w",
      LOOM_PUBLIC_STATUS: "true",
    })
  })

  it("lets a test override anything", () =>
    assert.strictEqual(
      workerVariables({ ...parts, extra: { LOOM_MAX_TURNS: "3", LOOM_PUBLIC_STATUS: "false" } })["LOOM_PUBLIC_STATUS"],
      "false",
    ))

  it("puts no secret into what the sandbox gets", () => {
    const { LOOM_SANDBOX_ENV: inside = "" } = workerVariables(parts)
    for (const secret of Object.values(parts.secrets)) assert.notInclude(Object.values(JSON.parse(inside)), secret)
  })
})
