import { assert, describe, it } from "@effect/vitest"
import { closingLine, totalsOf } from "./closing-line-reporter.ts"

describe("closing line", () => {
  it("adds up the tests of all files", () => {
    const totals = totalsOf(
      [
        { states: ["passed", "passed", "skipped"], hasErrors: false },
        { states: ["failed", "passed"], hasErrors: false },
      ],
      0,
    )
    assert.strictEqual(closingLine(totals), "3 passed, 1 failed, 1 skipped")
  })

  it("never calls a file that failed to load, a test that hangs or a stray error a success", () => {
    assert.strictEqual(totalsOf([{ states: [], hasErrors: true }], 0).failed, 1)
    assert.strictEqual(totalsOf([{ states: ["pending"], hasErrors: false }], 0).failed, 1)
    assert.strictEqual(totalsOf([{ states: ["passed"], hasErrors: false }], 2).failed, 2)
  })
})
