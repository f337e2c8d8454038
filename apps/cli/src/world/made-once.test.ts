import { assert, describe, it } from "@effect/vitest"
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { hashOfInputs, madeOnce } from "./made-once.ts"

const withRoot = async (work: (root: string) => Promise<void>) => {
  const root = mkdtempSync(join(tmpdir(), "loom-made-"))
  try {
    mkdirSync(join(root, "src"))
    writeFileSync(join(root, "src/a.ts"), "1")
    await work(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

describe("madeOnce", () => {
  it("makes a folder once for each content", () =>
    withRoot(async (root) => {
      let times = 0
      const make = async (folder: string) => {
        times += 1
        mkdirSync(folder)
        writeFileSync(join(folder, "out"), readFileSync(join(root, "src/a.ts")))
      }
      const once = () => madeOnce({ root, kind: "x", inputs: ["src"], make })
      const first = await once()
      assert.strictEqual(await once(), first)
      assert.strictEqual(times, 1)
      writeFileSync(join(root, "src/a.ts"), "2")
      assert.strictEqual(readFileSync(join(await once(), "out"), "utf8"), "2")
      assert.strictEqual(readFileSync(join(first, "out"), "utf8"), "1")
    }))

  it("two at once get one whole folder", () =>
    withRoot(async (root) => {
      const both = Promise.withResolvers<void>()
      let started = 0
      const make = async (folder: string) => {
        mkdirSync(folder, { recursive: true })
        if (++started === 2) both.resolve()
        await both.promise
        writeFileSync(join(folder, "out"), "whole")
      }
      const once = () => madeOnce({ root, kind: "x", inputs: ["src"], make })
      const [a, b] = await Promise.all([once(), once()])
      assert.strictEqual(a, b)
      assert.strictEqual(readFileSync(join(a, "out"), "utf8"), "whole")
    }))

  it("leaves nothing of a making that failed", () =>
    withRoot(async (root) => {
      const make = async (folder: string) => {
        mkdirSync(folder)
        throw new Error("no disk")
      }
      assert.match(String(await madeOnce({ root, kind: "x", inputs: ["src"], make }).catch((cause: unknown) => cause)), /no disk/)
      assert.deepStrictEqual(readdirSync(join(root, ".loom/cache")), [])
    }))
})

describe("hashOfInputs", () => {
  it("does not look at tests, builds and packages", () =>
    withRoot(async (root) => {
      const before = hashOfInputs(root, ["src"])
      for (const folder of ["node_modules", "dist"]) mkdirSync(join(root, "src", folder))
      for (const file of ["node_modules/x.ts", "dist/x.ts", "a.test.ts"]) writeFileSync(join(root, "src", file), "x")
      assert.strictEqual(hashOfInputs(root, ["src"]), before)
      writeFileSync(join(root, "src/b.ts"), "")
      assert.notStrictEqual(hashOfInputs(root, ["src"]), before)
    }))
})
