import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { parseRepositoryConfig } from "./parse-repository-config.ts"

describe("parseRepositoryConfig", () => {
  it("reads what product.md lists", () => {
    const { config, problems } = parseRepositoryConfig("test:\n  - npm test\nbudget_usd: 1.5\nrequire_tests: true\n")
    assert.deepStrictEqual(config, { test: ["npm test"], budget_usd: 1.5, require_tests: true })
    assert.deepStrictEqual(problems, [])
  })
  it("an empty file is an empty configuration", () => {
    assert.deepStrictEqual(parseRepositoryConfig("# nothing yet\n"), { config: {}, problems: [] })
  })
  it("one bad line costs that line only, and is said", () => {
    const { config, problems } = parseRepositoryConfig("budget_usd: -3\nbase-branch: dev\nlabel: loom:go\n")
    assert.deepStrictEqual(config, { label: "loom:go" })
    assert.lengthOf(problems, 2)
    assert.include(problems[0], "`budget_usd`")
    assert.include(problems[1], "did you mean `base_branch`?")
  })
  it("reads the gates, and one bad line of theirs costs that line only", () => {
    const { config, problems } = parseRepositoryConfig(
      "gates:\n  lint: on\n  types: off\n  size: true\n  secrets: maybe\n  max_files: 12\n  max_risk: 300\n  colour: on\n",
    )
    assert.deepStrictEqual(config, { gates: { lint: "on", types: "off", size: "on", max_files: 12 } })
    assert.lengthOf(problems, 3)
    assert.include(problems[0], "`gates.secrets` must be one of `on`, `warn`, `off`; `on` holds")
    assert.include(problems[1], "`gates.max_risk` is not a number it can be; 60 holds")
    assert.include(problems[2], "`gates.colour` is not a gate; there are cheats, tests, secrets")
    assert.include(parseRepositoryConfig("gates: strict\n").problems[0], "`gates` must be a mapping")
  })
  it("says what is wrong with a file that is not YAML, a list, or a bomb", () => {
    assert.include(parseRepositoryConfig("a: [1").problems[0], "not valid YAML")
    assert.include(parseRepositoryConfig("- a\n- b\n").problems[0], "must be a mapping")
    assert.include(parseRepositoryConfig(`x: ${"a".repeat(70_000)}`).problems[0], "longer than")
  })
  it("reads the network, and one bad host costs that host only", () => {
    const { config, problems } = parseRepositoryConfig(
      "network:\n  setup: [cdn.example.com, 10.0.0.1]\n  tests: ['api.example.com:8443']\n",
    )
    assert.deepStrictEqual(config, { network: { setup: ["cdn.example.com"], tests: ["api.example.com:8443"] } })
    assert.deepStrictEqual(problems, ['.github/loom.yml: `network.setup`: "10.0.0.1" is no host name; write `host` or `host:port`.'])
    assert.deepStrictEqual(parseRepositoryConfig("network: all\n").config, { network: {} })
  })
  it("reads no aliases", () => {
    assert.include(parseRepositoryConfig("test: &t [a]\nsetup: *t\n").problems[0], "aliases")
  })
  it("never throws, whatever the file holds", () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => Array.isArray(parseRepositoryConfig(text).problems)))
  })
})
