import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { checkChange } from "./check-change.ts"
import { fileName, unquoteName } from "./file-name.ts"
import { cell, code, fence, oneLine } from "./safe-markdown.ts"
import { parseDiff } from "./unified-diff.ts"

const utf8 = (text: string) => new TextEncoder().encode(text)

/** As git's quote.c does it with `core.quotePath`: quotes only where something needs them. */
const LETTERS: Readonly<Record<number, string>> = { 7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\" }
const quoted = (prefix: string, bytes: Uint8Array): string => {
  const text = [...utf8(prefix), ...bytes].map((byte) =>
    LETTERS[byte] !== undefined
      ? `\\${LETTERS[byte]}`
      : byte < 32 || byte >= 127
        ? `\\${byte.toString(8).padStart(3, "0")}`
        : String.fromCharCode(byte),
  )
  return text.some((part) => part.length > 1) ? `"${text.join("")}"` : text.join("")
}

/** Bytes that may be a path: no NUL, no empty part. */
const path = fc
  .array(
    fc.uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 40 }).map((bytes) => bytes.map((byte) => (byte === 47 ? 95 : byte))),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((parts) => new Uint8Array(parts.flatMap((part, index) => (index === 0 ? [...part] : [47, ...part]))))
const nasty = fc.constantFrom(
  ...[
    "a\nb",
    "tab\there",
    'quo"te',
    "back\\slash",
    "-rf",
    "--output=x",
    "\u202ertl.js",
    "\u001b[2Jclear",
    "a b/x b/a",
    "x b/x",
    "@team #1 <!-- loom:task:1 -->",
    "| a | b |",
    "```\n# Heading",
    "[x](http://e) ![y](http://e)",
  ].map(utf8),
  new Uint8Array([0x63, 0xe9]),
  new Uint8Array([0xf0, 0x9f, 0x0a, 0x22]),
)
const anyPath = fc.oneof(nasty, path)

const patchOf = (bytes: Uint8Array, line = "evil"): string =>
  [
    `diff --git ${quoted("a/", bytes)} ${quoted("b/", bytes)}`,
    "new file mode 100644",
    `index ${"0".repeat(40)}..${"1".repeat(40)}`,
    "--- /dev/null",
    `+++ ${quoted("b/", bytes)}`,
    "@@ -0,0 +1 @@",
    `+${line}`,
    "",
  ].join("\n")

describe("names of files", () => {
  it("are read back from git's quotes, whatever their bytes", () =>
    fc.assert(
      fc.property(anyPath, (bytes) => {
        assert.strictEqual(unquoteName(quoted("", bytes)), fileName(bytes))
        assert.isTrue(fileName(bytes).isWellFormed())
      }),
    ))

  it("that are not UTF-8 stay apart", () => {
    assert.strictEqual(fileName(new Uint8Array([0x63, 0xe9, 0x2e])), "c\\xe9.")
    assert.notStrictEqual(fileName(new Uint8Array([0xe9])), fileName(new Uint8Array([0xea])))
    assert.strictEqual(fileName(utf8("ü€😀\ufeff")), "ü€😀\ufeff")
  })

  it("in a patch are the file's, and the next file is the next file", () =>
    fc.assert(
      fc.property(anyPath, anyPath, (first, second) => {
        const files = parseDiff(patchOf(first) + patchOf(second))
        assert.deepStrictEqual(
          files.map((file) => [file.path, file.oldPath, file.status, file.lines.length]),
          [first, second].map((bytes) => [fileName(bytes), fileName(bytes), "added", 1]),
        )
      }),
    ))

  it("never change what the rules of the gate see, and are shown on one line that cannot act", () =>
    fc.assert(
      fc.property(anyPath, (bytes) => {
        const name = fileName(bytes)
        const workflow = new Uint8Array([...utf8(".github/workflows/"), ...bytes])
        const findings = checkChange({ patch: patchOf(bytes) + patchOf(workflow), allowPaths: [], protectPaths: [], testText: "" })
        assert.isTrue(findings.some((finding) => finding.rule === "protected_path" && finding.file === fileName(workflow)))
        for (const shown of [code(name), cell(name), oneLine(name)]) {
          // oxlint-disable-next-line no-control-regex -- these are what must not be left
          assert.notMatch(shown, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
          assert.isTrue(shown.isWellFormed())
        }
        assert.notMatch(oneLine(name), /<!--|!\[|@[\w-]|#\d/)
        const block = fence(name).split("\n")
        assert.isFalse(block.slice(1, -1).some((line) => line.trim() === block.at(-1)))
      }),
    ))
})
