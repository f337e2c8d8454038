import { assert, describe, it } from "@effect/vitest"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sandboxMounts, toolsFolder } from "./sandbox-host.ts"

describe("what the sandbox sees of this machine", () => {
  it("is the tools, and this Node where it comes from neither /usr nor the tools", () => {
    const tools = { from: "/r/.tools", to: "/opt/loom/tools" }
    assert.deepStrictEqual(sandboxMounts("/r/.tools", "/r/.tools/bin/node", []), [tools])
    assert.deepStrictEqual(sandboxMounts("/r/.tools", "/usr/bin/node", []), [tools])
    assert.deepStrictEqual(sandboxMounts("/r/.tools", "/home/ada/n/24/bin/node", []), [
      tools,
      { from: "/home/ada/n/24", to: "/opt/loom/node" },
    ])
    assert.deepStrictEqual(sandboxMounts(null, "/usr/bin/node", []), [])
  })

  it("is the folders of a package index under the same name, where sandboxd takes them", () =>
    assert.deepStrictEqual(sandboxMounts(null, "/usr/bin/node", ["/srv/wheels", "/etc/wheels", "/srv/a,b", "/srv/a:b"]), [
      { from: "/srv/wheels", to: "/srv/wheels" },
    ]))
})

it("the tools are found without npm, once they are there", () => {
  const root = mkdtempSync(join(tmpdir(), "loom-tools-"))
  assert.isNull(toolsFolder(root, {}))
  mkdirSync(join(root, ".tools/bin"), { recursive: true })
  assert.strictEqual(toolsFolder(root, {}), join(root, ".tools"))
  assert.isNull(toolsFolder(root, { LOOM_TOOLS: "/nowhere" }))
  rmSync(root, { recursive: true })
})
