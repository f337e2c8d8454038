import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { cell, code, cut, fence, neutralise, oneLine, prose, visible } from "./safe-markdown.ts"

/** Text as an attacker would mix it. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "```",
        "`",
        "~~~",
        "@octocat",
        "Fixes #1",
        "GH-7",
        "<!-- loom:task:t1 -->",
        "<script>",
        "![x](http://e.test/p)",
        "\n",
        "\r\n",
        "\u202e",
        "\u200b",
        "\u001b[31m",
        "# Heading",
        "|",
        "/issues/3",
        " ",
        "🧵",
      ),
      fc.string(),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""))

describe("safe markdown", () => {
  it("cannot notify, close, embed or forge a marker", () =>
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = neutralise(text)
        assert.notMatch(safe, /@[\w-]/)
        assert.notMatch(safe, /#\d|GH-\d|\/(issues|pull|pulls|discussions)\/\d/i)
        assert.notMatch(safe, /<[a-z!/?]/i)
        assert.notInclude(safe, "![")
        assert.strictEqual(neutralise(safe), safe, "twice is once")
      }),
    ))

  it("keeps what is read", () => {
    assert.strictEqual(neutralise("mail a@b.example about #12").replaceAll("\u200b", ""), "mail a@b.example about #12")
  })

  it("stays inside its fence", () =>
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = fence(text).split("\n")
        const closing = lines.at(-1) ?? ""
        assert.match(closing, /^`{3,}$/)
        for (const line of lines.slice(1, -1)) assert.isFalse(line.trimStart().startsWith(closing), line)
      }),
    ))

  it("stays inside its inline code", () =>
    fc.assert(
      fc.property(hostile, (text) => {
        const span = code(text)
        const ticks = /^`+/.exec(span)?.[0] ?? ""
        if (ticks === "") return assert.strictEqual(span, "–")
        assert.notInclude(span.slice(ticks.length, -ticks.length).split(/[^`]+/), ticks)
        assert.notInclude(span, "\n")
        assert.notMatch(cell(text).replaceAll("\\|", ""), /\|/)
      }),
    ))

  it("closes a code block that was left open, and makes no heading", () => {
    assert.strictEqual(prose("before\n```js\nx"), "before\n```js\nx\n```")
    assert.strictEqual(prose("````\n```\nx"), "````\n```\nx\n````")
    assert.strictEqual(prose("## How it was tested\nnot"), "\\## How it was tested\nnot")
  })

  it("shows what was hidden", () => {
    assert.strictEqual(visible("a\u202eb\u200bc\u{e0041}\u001b[31md\u0007"), "abcd")
    assert.strictEqual(visible("a\r\nb\rc"), "a\nb\nc")
  })

  it("never cuts a character in half", () => {
    assert.strictEqual(cut("a🧵", 2), "a")
    assert.strictEqual(oneLine("a\n\n b".repeat(100), 20).length, 20)
  })
})
