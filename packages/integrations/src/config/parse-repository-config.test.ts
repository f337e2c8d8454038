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
  it("says what is wrong with a file that is not YAML, a list, or a bomb", () => {
    assert.include(parseRepositoryConfig("a: [1").problems[0], "not valid YAML")
    assert.include(parseRepositoryConfig("- a\n- b\n").problems[0], "must be a mapping")
    assert.include(parseRepositoryConfig(`x: ${"a".repeat(70_000)}`).problems[0], "longer than")
  })
  it("reads no aliases", () => {
    assert.include(parseRepositoryConfig("test: &t [a]\nsetup: *t\n").problems[0], "aliases")
  })
  it("never throws, whatever the file holds", () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => Array.isArray(parseRepositoryConfig(text).problems)))
  })
})
