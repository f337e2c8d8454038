import { assert, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BadInput, NoLoom } from "../../CliError.ts"
import { type Address, choose, type Choices, tokenFor } from "./connection.ts"
import { credentialsFile, forgetCredential, keepCredential, readCredentials } from "./credentials.ts"

const credential = (token: string) => ({ token, tokenId: `id of ${token}`, login: "ada", expiresAt: 1 })
const nothing: Choices = { asked: null, envUrl: null, envToken: null, running: null, credentials: { latest: null, looms: {} } }
const running: Address = { url: "http://127.0.0.1:8787", token: "running" }
const credentials = { latest: "https://kept", looms: { "https://kept": credential("kept"), "https://other": credential("other") } }

describe("which Loom is asked, with what", () => {
  it.each<readonly [string, Partial<Choices>, Address]>([
    ["--url over all", { asked: "https://other/", envUrl: "https://env", running, credentials }, { url: "https://other", token: "other" }],
    ["LOOM_URL over what runs here", { envUrl: "https://kept/", running, credentials }, { url: "https://kept", token: "kept" }],
    ["what runs here over where one signed in", { running, credentials }, running],
    ["where one signed in last", { credentials }, { url: "https://kept", token: "kept" }],
    ["LOOM_API_TOKEN over a kept one", { envUrl: "https://kept", envToken: "env", credentials }, { url: "https://kept", token: "env" }],
    ["LOOM_API_TOKEN with --url alone", { asked: "https://other", envToken: "env", credentials }, { url: "https://other", token: "env" }],
    ["no token of LOOM_URL for another", { asked: "https://a", envUrl: "https://b", envToken: "env" }, { url: "https://a", token: null }],
    ["no token of a deployment for what runs here", { envToken: "env", running }, running],
    ["no token of what runs here for another", { asked: "https://a", running }, { url: "https://a", token: null }],
  ])("%s", (_, choices, expected) => assert.deepStrictEqual(choose({ ...nothing, ...choices }), expected))

  it("says so when there is none, or the address is none", () => {
    assert.throws(() => choose(nothing), NoLoom, /npm start.*loom login --url.*LOOM_URL/)
    for (const asked of ["loom.example", "ftp://l", "", "file:///etc"])
      assert.throws(() => choose({ ...nothing, asked }), BadInput, /https:\/\/loom\.example/)
  })
})

const inHome = <A>(work: (env: NodeJS.ProcessEnv) => A): A => {
  const home = mkdtempSync(join(tmpdir(), "loom-home-"))
  try {
    return work({ XDG_CONFIG_HOME: home })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

describe("a Loom that somebody else named, as in the address of a proof", () => {
  const tokenOf = (origin: string, set: Record<string, string>) =>
    inHome((env) => {
      keepCredential(env, "https://kept", credential("kept"))
      return tokenFor(origin, { env: { ...env, ...set }, root: join(tmpdir(), "no-loom-here") })
    })

  it("gets the token that was kept for it, and none that was made for another", () => {
    assert.strictEqual(tokenOf("https://kept", {}), "kept")
    assert.strictEqual(tokenOf("https://foreign", {}), null)
    assert.strictEqual(tokenOf("https://foreign", { LOOM_API_TOKEN: "operator's" }), null)
    assert.strictEqual(tokenOf("https://foreign", { LOOM_URL: "https://mine", LOOM_API_TOKEN: "operator's" }), null)
    assert.strictEqual(tokenOf("https://mine", { LOOM_URL: "https://mine/", LOOM_API_TOKEN: "operator's" }), "operator's")
  })
})

describe("kept tokens", () => {
  it("are kept by Loom, for their owner alone, and forgotten", () =>
    inHome((env) => {
      assert.deepStrictEqual(readCredentials(env), { latest: null, looms: {} })
      keepCredential(env, "https://a", credential("a"))
      keepCredential(env, "https://b", credential("b"))
      assert.deepStrictEqual(readCredentials(env), {
        latest: "https://b",
        looms: { "https://a": credential("a"), "https://b": credential("b") },
      })
      assert.strictEqual(statSync(credentialsFile(env)).mode & 0o777, 0o600)
      forgetCredential(env, "https://b")
      assert.deepStrictEqual(readCredentials(env), { latest: null, looms: { "https://a": credential("a") } })
    }))

  it("are never guessed from a broken file", () =>
    inHome((env) => {
      keepCredential(env, "https://a", credential("a"))
      writeFileSync(credentialsFile(env), '{"latest":')
      assert.throws(() => readCredentials(env), BadInput, /Remove it and `loom login` again/)
    }))

  it("are in the home where XDG_CONFIG_HOME is none or relative", () => {
    assert.strictEqual(credentialsFile({ HOME: "/h" }), "/h/.config/loom/credentials.json")
    assert.strictEqual(credentialsFile({ HOME: "/h", XDG_CONFIG_HOME: "here" }), "/h/.config/loom/credentials.json")
  })
})
