import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { quoteUntrusted } from "./quote-untrusted.ts"

describe("quoteUntrusted", () => {
  it("cannot be left from inside, whatever the text is", () => {
    const piece = fc.oneof(
      fc.constantFrom("</untrusted>", '<untrusted origin="x">', "< / UNTRUSTED", "<", "/", "untrusted", ">", "\u200B", "<!--", "-->", "\n"),
      fc.string({ maxLength: 5 }),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join("")),
        (text) => {
          const quoted = quoteUntrusted("issue body by @x", text)
          assert.lengthOf(quoted.match(/<\s*untrusted/gi) ?? [], 1)
          assert.lengthOf(quoted.match(/<\s*\/\s*untrusted/gi) ?? [], 1)
        },
      ),
      { numRuns: 1000 },
    )
  })
  it("says its origin and what was stripped", () => {
    assert.strictEqual(
      quoteUntrusted('comment by @"><x', "a<!-- b -->"),
      '<untrusted origin="comment by @x">\na[hidden comment removed]\n</untrusted>\n(Loom stripped 1 hidden comment from this text.)',
    )
  })
  it("is bounded", () => assert.include(quoteUntrusted("x", "y".repeat(100), 10), "yyyyyyyyyy\n[… 90 characters left out]"))
})
