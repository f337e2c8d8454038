import { assert, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { rememberWorld, runningWorld } from "./known-world.ts"

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
        assert.deepInclude(runningWorld(root) ?? {}, { url: "http://l", apiToken: "secret" })
        assert.strictEqual(statSync(join(root, ".loom/running.json")).mode & 0o077, 0)
      }
      assert.isNull(runningWorld(root))
    }))

  it("is not taken for alive when its process is gone, or its note is broken", () =>
    withRoot((root) => {
      using _known = rememberWorld(root, { url: "http://l", apiToken: "secret" })
      writeFileSync(join(root, ".loom/running.json"), '{"url":"http://l","apiToken":null,"pid":2147483646}')
      assert.isNull(runningWorld(root))
      writeFileSync(join(root, ".loom/running.json"), "{")
      assert.isNull(runningWorld(root))
    }))
})
