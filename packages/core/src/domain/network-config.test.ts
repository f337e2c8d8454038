import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { grantHosts, isHostPattern, readNetwork } from "./network-config.ts"

describe("network of .github/loom.yml", () => {
  it("reads hosts, and one bad entry costs that entry only", () => {
    const { network, problems } = readNetwork({
      setup: ["CDN.example.com", "cdn.example.com.", "mirror.example:8443", "10.0.0.1", "http://x", "*.example", 7, "user@host"],
      tests: "api.example",
      colour: [],
    })
    assert.deepStrictEqual(network, { setup: ["cdn.example.com", "mirror.example:8443"] })
    assert.lengthOf(problems, 7)
    assert.include(problems[0], '"10.0.0.1" is no host name')
    assert.include(problems[5], "`network.tests` must be a list")
    assert.include(problems[6], "`network.colour` is not a setting")
    assert.lengthOf(readNetwork("all").problems, 1)
  })
  it.each(["0-0", "a.0", "1.2.3", "0x7f.1-1"])("takes %s for no name", (host) =>
    assert.deepStrictEqual(readNetwork({ tests: [host] }).network.tests, []),
  )

  it("never throws, and never lets an address or a pattern through", () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string()), (value, hosts) => {
        readNetwork(value)
        for (const host of readNetwork({ tests: hosts }).network.tests ?? []) assert.match(host, /^[a-z0-9.-]*[a-z][a-z0-9.-]*(:\d+)?$/)
      }),
    ))

  it("grants nothing that the operator does not permit, for each of the two alone", () => {
    const asked = { setup: ["cdn.example", "a.pkg.example"], tests: ["cdn.example", "a.pkg.example"] }
    const nothing = grantHosts(asked, { setup: [], tests: [] })
    assert.deepStrictEqual([nothing.setup, nothing.tests], [[], []])
    assert.lengthOf(nothing.problems, 4)
    assert.include(
      nothing.problems[3],
      "`network.tests` asks for `a.pkg.example`, which the operator of this Loom does not permit (LOOM_TEST_HOSTS)",
    )

    const setupOnly = grantHosts(asked, { setup: ["*"], tests: [] })
    assert.deepStrictEqual(
      setupOnly.setup,
      asked.setup.map((host) => ({ host, by: "repository" })),
    )
    assert.deepStrictEqual(setupOnly.tests, [])

    const some = grantHosts(asked, { setup: ["cdn.example"], tests: ["*.pkg.example"] })
    assert.deepStrictEqual(some.setup, [{ host: "cdn.example", by: "operator" }])
    assert.deepStrictEqual(some.tests, [{ host: "a.pkg.example", by: "repository" }])
    assert.deepStrictEqual(grantHosts(undefined, { setup: ["*"], tests: ["*"] }), { setup: [], tests: [], problems: [] })
  })
  it.each([
    ["api.example", "*", true],
    ["api.example:8443", "*", false],
    ["api.example:8443", "api.example", false],
    ["api.example:8443", "api.example:8443", true],
    ["api.example:8443", "*.example:8443", true],
    ["example", "*.example", false],
    ["evil-example", "*.example", false],
    ["api.example.evil", "*.example", false],
    ["api.example", "API.Example.", true],
  ])("%s by %s: %s", (host, pattern, expected) =>
    assert.strictEqual(grantHosts({ tests: [host] }, { setup: [], tests: [pattern] }).tests.length === 1, expected),
  )
  it("knows what an operator may write", () => {
    for (const good of ["*", "api.example", "api.example:8443", "*.example", "*.example:8443", "localhost:4000", "10.0.0.9:4873"])
      assert.isTrue(isHostPattern(good), good)
    for (const bad of ["", "**", "*example", "a.*.example", "*.", "*.example:0", "http://x", "a b", "none of it", "*.Éx"])
      assert.isFalse(isHostPattern(bad), bad)
  })
})
