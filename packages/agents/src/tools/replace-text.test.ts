import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { replaceText } from "./replace-text.ts"

const after = (file: string, oldText: string, newText: string): string => {
  const result = replaceText(file, oldText, newText)
  return result._tag === "Replaced" ? result.text : `${result._tag}${result._tag === "Refused" ? `: ${result.explanation}` : ""}`
}

describe("replaceText", () => {
  it("replaces the one place, and takes $ literally", () => assert.strictEqual(after("a\nb\nc\n", "b", "$& $1"), "a\n$& $1\nc\n"))

  it("names the lines where the text stands more than once", () => {
    assert.include(after("x = 1\ny\nx = 1\n", "x = 1", "x = 2"), "2 places (lines 1, 3)")
  })

  it("shows the nearest lines when nothing matches", () => {
    const file = "import a\n\nexport const sum = (a, b) => {\n  return a - b\n}\n"
    const answer = after(file, "export const sum = (a,b) => {", "x")
    assert.include(answer, "3\texport const sum = (a, b) => {")
    assert.include(answer, "4\t  return a - b")
  })

  it("keeps CRLF, whatever the model writes", () => {
    assert.strictEqual(after("a\r\nb\r\nc\r\n", "a\nb", "a\nB\nB2"), "a\r\nB\r\nB2\r\nc\r\n")
    assert.strictEqual(after("a\r\nb\r\nc\r\n", "b", "x\ny"), "a\r\nx\r\ny\r\nc\r\n")
  })

  it("keeps a byte order mark", () => assert.strictEqual(after("\uFEFFa\nb\n", "a", "c"), "\uFEFFc\nb\n"))

  it("forgives trailing white space on whole lines", () => {
    assert.strictEqual(after("if (x) {  \n  y()\t\n}\n", "if (x) {\n  y()\n", "if (z) {\n  y()\n"), "if (z) {\n  y()\n}\n")
    assert.strictEqual(after("a \r\nb\r\n", "a\n", "c\n"), "c\r\nb\r\n")
    assert.include(after("a \nb\na \n", "a\n", "c\n"), "stands in")
  })

  it("sees that it was applied before: replaced, inserted, and inserted before its anchor", () => {
    assert.strictEqual(after("x = 2\n", "x = 1", "x = 2"), "AlreadyApplied")
    assert.strictEqual(after("import a\nimport b\n", "import a\n", "import a\nimport b\n"), "AlreadyApplied")
    assert.strictEqual(after("// note\nfoo()\n", "foo()", "// note\nfoo()"), "AlreadyApplied")
  })

  it("does not take a short text that stands there by chance for done", () =>
    assert.include(after("let x\n", "let z", "x"), "not in the file"))

  it("refuses what would change nothing, or everything", () => {
    assert.include(after("a", "a", "a"), "nothing would change")
    assert.include(after("a", "", "b"), "write tool")
  })

  const piece = fc.constantFrom("a", "b", "ab", "\n", " ", "x = 1", "$&", "}\n")
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""))

  /** Overlapping occurrences, line endings aside. */
  const count = (where: string, what: string) => [...where].filter((_, at) => where.replaceAll("\r", "").startsWith(what, at)).length

  it("an exact replacement done twice is done once, unless the replacement makes the old text anew with what stands around it", () => {
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (lines, oldText, newText, crlf) => {
        const file = crlf ? lines.replaceAll("\n", "\r\n") : lines
        const once = replaceText(file, oldText, newText)
        fc.pre(once._tag === "Replaced" && once.note === null && newText !== "" && count(once.text, oldText) === count(newText, oldText))
        if (once._tag !== "Replaced") return
        const twice = replaceText(once.text, oldText, newText)
        // Loose matching may find another line; that it is said to be loose is what a model can act on.
        assert.strictEqual(twice._tag === "Replaced" && twice.note === null ? twice.text : once.text, once.text)
      }),
      { numRuns: 3000 },
    )
  })

  it("changes nothing but the place it names", () => {
    fc.assert(
      fc.property(text, text, text, (before, oldText, rest) => {
        const file = before + oldText + rest
        const result = replaceText(file, oldText, "NEW")
        if (result._tag !== "Replaced" || result.note !== null) return
        assert.strictEqual(result.text.length, file.length - oldText.length + 3)
        assert.strictEqual(
          result.text.replace("NEW", () => oldText),
          file,
        )
      }),
    )
  })
})
