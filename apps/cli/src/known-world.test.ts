import { assert, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findWorld, rememberWorld } from "./known-world.ts"

const withRoot = (work: (root: string) => void) => {
  const root = mkdtempSync(join(tmpdir(), "loom-known-"))
  try {
    work(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

describe("the Loom that runs here", () => {
  it("is found while it runs, by its owner only, and not after", () =>
    withRoot((root) => {
      {
        using _known = rememberWorld(root, { url: "http://l", apiToken: "secret" })
        assert.deepInclude(findWorld(root, {}), { url: "http://l", apiToken: "secret" })
        assert.strictEqual(statSync(join(root, ".loom/running.json")).mode & 0o077, 0)
      }
      assert.throws(() => findWorld(root, {}), /No Loom runs here: start one with `npm start`/)
    }))

  it("is not taken for alive when its process is gone, or its note is broken", () =>
    withRoot((root) => {
      using _known = rememberWorld(root, { url: "http://l", apiToken: "secret" })
      writeFileSync(join(root, ".loom/running.json"), '{"url":"http://l","apiToken":null,"pid":2147483646}')
      assert.throws(() => findWorld(root, {}), /No Loom runs here/)
      writeFileSync(join(root, ".loom/running.json"), "{")
      assert.throws(() => findWorld(root, {}), /No Loom runs here/)
    }))

  it("is another one where LOOM_URL says so", () =>
    withRoot((root) =>
      assert.deepStrictEqual(findWorld(root, { LOOM_URL: "https://loom.example/" }), { url: "https://loom.example", apiToken: null }),
    ))
})
