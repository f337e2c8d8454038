import { globSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { longestFirst, longFiles } from "./long-files-first.ts"

describe("order of test files", () => {
  it("begins with the longest, and leaves all others as they were", () => {
    const files = ["a/b.test.ts", "git/large.long.test.ts", "a/a.test.ts", "runners/runners.sandbox.test.ts"]
    assert.deepStrictEqual(
      longestFirst(files.map((moduleId) => ({ moduleId: `/r/${moduleId}` }))).map(({ moduleId }) => moduleId.slice(3)),
      ["runners/runners.sandbox.test.ts", "git/large.long.test.ts", "a/b.test.ts", "a/a.test.ts"],
    )
  })

  it("names files that exist", () => {
    const files = globSync("{apps,packages}/*/src/**/*.test.ts", { cwd: fileURLToPath(new URL("../../../..", import.meta.url)) })
    for (const end of Object.keys(longFiles))
      assert.lengthOf(
        files.filter((file) => file.endsWith(`/${end}`)),
        1,
        end,
      )
  })
})
