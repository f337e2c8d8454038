import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { LoomConfig } from "./LoomConfig.ts"

const good = {
  GITHUB_APP_ID: "1",
  GITHUB_APP_SLUG: "loom",
  GITHUB_APP_PRIVATE_KEY: "a key",
  GITHUB_WEBHOOK_SECRET: "a long secret",
  LOOM_PUBLIC_URL: "https://loom.example/",
  LOOM_CAPABILITY_SECRET: "0123456789abcdef0123456789abcdef",
  LOOM_PROOF_KEY: "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g",
}
const read = (env: object) => Effect.runPromise(Effect.provide(LoomConfig, LoomConfig.layer(env)))
const refusal = (env: object) =>
  Effect.runPromise(Effect.flip(Effect.provide(LoomConfig, LoomConfig.layer(env)))).then((error) => error.message)

describe("LoomConfig", () => {
  it("needs seven settings and has defaults for all others", async () => {
    const settings = await read(good)
    assert.strictEqual(settings.publicUrl, "https://loom.example")
    assert.strictEqual(settings.controlLabel, "loom:ready")
    assert.strictEqual(settings.github.apiUrl, "https://api.github.com")
    assert.isNull(settings.apiToken)
    assert.isFalse(settings.publicStatus)
  })

  for (const name of Object.keys(good)) {
    it(`names ${name} when it is missing`, async () => {
      assert.include(await refusal({ ...good, [name]: undefined }), name)
    })
  }

  for (const [name, wrong, says] of [
    ["GITHUB_APP_ID", "loom", "GITHUB_APP_ID"],
    ["LOOM_CAPABILITY_SECRET", "short", "openssl rand"],
    ["LOOM_PROOF_KEY", "hunter2", "npm run -s loom -- keygen"],
    ["LOOM_PROOF_OLD_KEYS", "MCowBQYDK2VwAyEA", "LOOM_PROOF_OLD_KEYS"],
    ["LOOM_MODEL", "clever", "provider/model"],
    ["LOOM_MODEL", "anthropic/claude-opus-5-5", "ANTHROPIC_API_KEY"],
    ["LOOM_FALLBACK_MODEL", "openai/gpt-6-sol", "OPENAI_API_KEY"],
    ["LOOM_SANDBOX_URL", "http://127.0.0.1:1", "LOOM_SANDBOX_TOKEN"],
    ["LOOM_SANDBOX_ENV", "not json", "LOOM_SANDBOX_ENV"],
    ["LOOM_ALLOWED_HOSTS", "https://registry.example/", "LOOM_ALLOWED_HOSTS"],
    ["LOOM_ALLOWED_HOSTS", "*.example", "LOOM_ALLOWED_HOSTS"],
    ["LOOM_TEST_HOSTS", "api.*.example", "LOOM_TEST_HOSTS"],
    ["LOOM_LOCAL_USER", "ada", "in a deployment people sign in"],
    ["LOOM_GITHUB_CLIENT_ID", "Iv1.x", "LOOM_GITHUB_CLIENT_SECRET"],
    ["LOOM_TIERS", '{"free":0}', "LOOM_TIERS"],
    ["LOOM_TIERS", '{"free":10.5}', "LOOM_TIERS"],
    ["LOOM_PUBLIC_URL", "loom.example", "LOOM_PUBLIC_URL"],
    ["LOOM_PUBLIC_URL", "https://loom.example/loom", "origin"],
  ] as const) {
    it(`refuses ${name}=${wrong} and says ${says}`, async () => {
      const message = await refusal({ ...good, [name]: wrong })
      assert.include(message, says)
    })
  }

  it("permits repositories nothing unless it is said, for each of the two alone", async () => {
    assert.deepStrictEqual((await read(good)).repositoryHosts, { setup: [], tests: [] })
    const { repositoryHosts } = await read({ ...good, LOOM_SETUP_HOSTS: "*.pkg.example, cdn.example:8443", LOOM_TEST_HOSTS: "" })
    assert.deepStrictEqual(repositoryHosts, { setup: ["*.pkg.example", "cdn.example:8443"], tests: [] })
  })

  it("has a local user on this machine only, whatever else is set", async () => {
    for (const host of ["127.0.0.1:8787", "localhost", "[::1]:1"])
      assert.strictEqual((await read({ ...good, LOOM_PUBLIC_URL: `http://${host}`, LOOM_LOCAL_USER: "ada" })).localUser, "ada")
    for (const host of [
      "loom.example",
      "127.0.0.1.evil.example",
      "0.0.0.0:8787",
      "localhost.evil.example",
      "10.0.0.1",
      "127.0.0.1@loom.example",
    ])
      assert.include(await refusal({ ...good, LOOM_PUBLIC_URL: `https://${host}`, LOOM_LOCAL_USER: "ada" }), "LOOM_LOCAL_USER")
    assert.isNull((await read({ ...good, LOOM_LOCAL_USER: "" })).localUser)
  })

  it("signs nobody in over plain http, but on this machine", async () => {
    const client = { LOOM_GITHUB_CLIENT_ID: "Iv1.x", LOOM_GITHUB_CLIENT_SECRET: "s" }
    assert.include(await refusal({ ...good, ...client, LOOM_PUBLIC_URL: "http://loom.example" }), "Use https")
    assert.strictEqual((await read({ ...good, ...client, LOOM_PUBLIC_URL: "http://127.0.0.1:1" })).signIn.clientId, "Iv1.x")
  })

  it("reads operators and the tiers that differ", async () => {
    const settings = await read({ ...good, LOOM_OPERATORS: "Ada, bob 4711", LOOM_TIERS: '{"free":20,"tester":null}' })
    assert.deepStrictEqual(settings.operators, ["ada", "bob", "4711"])
    assert.deepStrictEqual(settings.tiers, { free: 20, advanced: 50, premium: 200, tester: null, admin: null })
  })

  it("never repeats a secret in its refusal", async () => {
    assert.notInclude(await refusal({ ...good, LOOM_CAPABILITY_SECRET: "hunter2" }), "hunter2")
    assert.notInclude(await refusal({ ...good, LOOM_PROOF_KEY: `${good.LOOM_PROOF_KEY}x` }), good.LOOM_PROOF_KEY.slice(0, 30))
  })
})
