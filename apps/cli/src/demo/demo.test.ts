import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { loadDemo, type Demo } from "./demo.ts"

/** The sample on disk, where its own tests can be run. */
const onDisk = async <A>(demo: Demo, work: (directory: string) => Promise<A>): Promise<A> => {
  const directory = mkdtempSync(join(tmpdir(), "loom-demo-"))
  try {
    for (const [path, content] of demo.files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), content)
    }
    return await work(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const figures = (directory: string): Promise<{ passed: number; failed: ReadonlyArray<string> }> =>
  new Promise((resolve) => {
    // Without this, node:test believes that it is part of the test run we are in, and prints nothing.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    execFile(process.execPath, ["--test", "--test-reporter=tap"], { cwd: directory, env }, (_error, stdout) =>
      resolve({
        passed: Number(/^# pass (\d+)$/m.exec(stdout)?.[1]),
        failed: [...stdout.matchAll(/^\s*not ok \d+ - (.+)$/gm)].map((match) => match[1] ?? ""),
      }),
    )
  })

const play = (demo: Demo, directory: string): void => {
  for (const edit of demo.recordedChange.edits) {
    assert(edit.op === "replace", "the sample only replaces")
    const file = join(directory, edit.path)
    const parts = readFileSync(file, "utf8").split(edit.old)
    assert.lengthOf(parts, 2, `${edit.old} must be in ${edit.path} exactly once`)
    writeFileSync(file, parts.join(edit.new))
  }
}

describe("the sample repository", () => {
  it("has exactly the failing test that the issue is about", () =>
    onDisk(loadDemo(), async (directory) =>
      assert.deepStrictEqual(await figures(directory), { passed: 6, failed: ["reads milliseconds"] }),
    ))

  it("is mended by the recorded change, which adds a test", () =>
    onDisk(loadDemo(), async (directory) => {
      play(loadDemo(), directory)
      assert.deepStrictEqual(await figures(directory), { passed: 8, failed: [] })
    }))

  it("needs nothing from a registry", () => {
    const manifest: unknown = JSON.parse(loadDemo().files.get("package.json") ?? "")
    assert.notProperty(manifest, "dependencies")
    assert.notProperty(manifest, "devDependencies")
  })
})
