import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { diffFiles } from "./diff-files.ts"

const file = (name: string, ...lines: ReadonlyArray<string>) => [
  `diff --git a/${name} b/${name}`,
  `--- a/${name}`,
  `+++ b/${name}`,
  ...lines,
]

describe("a unified diff", () => {
  it("is read a file at a time, with line numbers on both sides", () => {
    const [one] = diffFiles(file("a.ts", "@@ -3,3 +3,4 @@ head", " x", "-y", "+z", "+w", " v").join("\n"))
    expect(one).toMatchObject({ path: "a.ts", change: "modified", additions: 2, deletions: 1 })
    expect(one?.lines.map(({ kind, now, old }) => [kind, old, now])).toEqual([
      ["hunk", null, null],
      ["same", 3, 3],
      ["removed", 4, null],
      ["added", null, 4],
      ["added", null, 5],
      ["same", 5, 6],
    ])
  })

  it("takes a line of a hunk for what it is, though it looks like a header", () => {
    const patch = file("a", "@@ -1,2 +1,2 @@", "--- a/other", "+++ b/other", " same").join("\n")
    const files = diffFiles(patch)
    expect(files).toHaveLength(1)
    expect(files[0]?.path).toBe("a")
    expect(files[0]?.lines.map(({ kind, text }) => [kind, text]).slice(1, 3)).toEqual([
      ["removed", "-- a/other"],
      ["added", "++ b/other"],
    ])
  })

  it("knows new, deleted, renamed and binary files, and names with odd bytes", () => {
    const patch = [
      "diff --git a/new b/new",
      "new file mode 100644",
      "--- /dev/null",
      "+++ b/new",
      "@@ -0,0 +1 @@",
      "+x",
      "\\ No newline at end of file",
      "diff --git a/gone b/gone",
      "deleted file mode 100644",
      "diff --git a/from b/to",
      "similarity index 100%",
      "rename from from",
      "rename to to",
      "diff --git a/logo.png b/logo.png",
      "Binary files a/logo.png and b/logo.png differ",
      'diff --git "a/t\\tab" "b/t\\tab"',
      "old mode 100644",
    ].join("\n")
    expect(diffFiles(patch).map(({ change, from, isBinary, path }) => [path, change, from, isBinary])).toEqual([
      ["new", "added", null, false],
      ["gone", "deleted", null, false],
      ["to", "renamed", "from", false],
      ["logo.png", "modified", null, true],
      ['"t\\tab"', "modified", null, false],
    ])
  })

  const line = fc.tuple(
    fc.constantFrom("+", "-", " "),
    fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[\n\r]/g, "")),
  )
  it("keeps every line of every hunk, whatever it holds", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), (lines) => {
        const count = (but: string) => lines.filter(([mark]) => mark !== but).length
        const patch = file("a", `@@ -1,${count("+")} +1,${count("-")} @@`, ...lines.map(([mark, text]) => mark + text)).join("\n")
        const [one] = diffFiles(`${patch}\n`)
        const marks = { added: "+", removed: "-", same: " ", hunk: "", note: "" }
        expect(one?.lines.slice(1).map(({ kind, text }) => [marks[kind], text])).toEqual(lines)
      }),
    )
  })

  it("never throws, and finds no file in what is no diff", () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(diffFiles(text))))
    expect(diffFiles("not a diff")).toEqual([])
  })
})
