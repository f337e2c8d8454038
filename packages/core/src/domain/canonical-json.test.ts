import { assert, describe, it } from "@effect/vitest"
import canonicalize from "canonicalize"
import * as fc from "fast-check"
import { canonicalJson, type Json } from "./canonical-json.ts"

describe("canonicalJson", () => {
  it("writes the examples of RFC 8785 as the RFC does", () => {
    // Section 3.2.2 and 3.2.3.
    const example = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    }
    assert.strictEqual(
      canonicalJson(example),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    const order = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 }
    assert.strictEqual(canonicalJson(order), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
    assert.strictEqual(canonicalJson([-0, 1e21, 9007199254740991]), "[0,1e+21,9007199254740991]")
  })

  it("writes what the npm package canonicalize writes, and what JSON reads back as the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: "binary" }), (value) => {
        const json = value as Json
        const text = canonicalJson(json)
        assert.strictEqual(text, canonicalize(json))
        // Not deepStrictEqual: JSON has no -0.
        assert.strictEqual(canonicalJson(JSON.parse(text) as Json), text)
      }),
      { numRuns: 2_000 },
    )
  })

  it("does not depend on the order in which members were set", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer(), { maxKeys: 8 }), fc.integer(), (object, seed) => {
        const turned = Object.fromEntries(
          Object.entries(object)
            .map((entry, index) => ({ entry, rank: Math.sin(seed + index) }))
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ entry }) => entry),
        )
        assert.strictEqual(canonicalJson(turned), canonicalJson(object))
      }),
    )
  })

  it.each([
    ["NaN", Number.NaN],
    ["an infinity", Number.POSITIVE_INFINITY],
    ["half a surrogate pair", "cut \ud83d"],
    ["half a surrogate pair in a name", { "\ude00": 1 }],
    ["undefined", { a: undefined }],
    ["a bigint", 1n],
  ])("refuses %s", (_, value) => {
    assert.throws(() => canonicalJson(value as Json), TypeError)
  })
})
