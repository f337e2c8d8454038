import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"
import { printPrivateKey } from "@loom/core/domain/ProofKey"
import { WorldFailed } from "../CliError.ts"
import { ensureLocalKey, localKeyFile, readLocalKey } from "./local-key.ts"

let root = ""
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), "loom-key-"))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe("the key of this machine", () => {
  it("is made once, readable by its owner only, and stays", () => {
    assert.isNull(readLocalKey(root))
    const key = ensureLocalKey(root)
    assert.strictEqual(statSync(localKeyFile(root)).mode & 0o777, 0o600)
    assert.deepStrictEqual(ensureLocalKey(root), key)
    assert.deepStrictEqual(readLocalKey(root), key)
    assert.deepStrictEqual(readdirSync(join(root, ".loom")), ["proof-key"])
  })

  it("is one and the same for processes that start at once", async () => {
    const script = `import { ensureLocalKey } from ${JSON.stringify(fileURLToPath(new URL("local-key.ts", import.meta.url)))}
      process.stdout.write(Buffer.from(ensureLocalKey(${JSON.stringify(root)})).toString("base64"))`
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, ["--input-type=module", "-e", script])),
    )
    assert.deepStrictEqual(new Set(runs.map(({ stdout }) => stdout)), new Set([printPrivateKey(ensureLocalKey(root))]))
  })

  it("is not replaced behind anyone's back when its file is damaged, and what is in it is not repeated", () => {
    mkdirSync(join(root, ".loom"))
    writeFileSync(localKeyFile(root), "hunter2")
    try {
      ensureLocalKey(root)
      assert.fail("took a damaged key")
    } catch (error) {
      assert.instanceOf(error, WorldFailed)
      assert.include(error.message, localKeyFile(root))
      assert.notInclude(error.message, "hunter2")
    }
    assert.strictEqual(readFileSync(localKeyFile(root), "utf8"), "hunter2")
  })
})
