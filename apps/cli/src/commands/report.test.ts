import { assert, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BadInput } from "../CliError.ts"
import { parseArguments } from "../parse-arguments.ts"
import { colorsFor } from "../render/colors.ts"
import { report, type ReportOptions } from "./report.ts"

const asked = async (content: string | Buffer, options: Partial<ReportOptions> = {}): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "loom-report-"))
  try {
    const file = join(folder, "out.txt")
    writeFileSync(file, content)
    let written = ""
    const screen = { write: (text: string) => void (written += text), isTTY: false, columns: () => 80 }
    const context = { root: "", env: {}, screen, colors: colorsFor({ isTTY: false }, {}), signal: AbortSignal.timeout(120_000) }
    assert.strictEqual(await report({ file, json: true, exitCode: null, runner: "auto", ...options }, context), 0)
    return written
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const refused = (options: Partial<ReportOptions>, content = "x"): Promise<string> =>
  asked(content, options).then(
    () => assert.fail("it was not refused"),
    (error: unknown) => (error instanceof BadInput ? error.message : assert.fail(String(error))),
  )

describe("loom report", () => {
  it("one JSON object on one line", async () => {
    const text = await asked("TAP version 13\n1..2\nok 1 - a\nnot ok 2 - b\n", { exitCode: 1 })
    assert.deepStrictEqual(JSON.parse(text), {
      runner: "tap",
      passed: 1,
      failed: 1,
      skipped: 0,
      failing: ["b"],
      verdict: "fail",
      complete: true,
      exitCode: 1,
      format: "text",
      loadErrors: [],
      problem: null,
    })
    assert.strictEqual(text.trimEnd().split("\n").length, 1)
  })
  it("words for a person", async () =>
    assert.strictEqual(
      await asked("TAP version 13\n1..1\nnot ok 1 - \u001b[31mb\u001b[0m\n", { json: false }),
      "fail: 0 passed, 1 failed, 0 skipped (tap)\n  failed: b\n",
    ))
  it("a file that is empty, binary, or UTF-16", async () => {
    assert.include(await asked(""), '"verdict":"empty"')
    assert.include(await asked(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1])), '"verdict":"broken"')
    assert.include(
      await asked(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("1..1\r\nok 1 - a\r\n", "utf16le")])),
      '"verdict":"pass"',
    )
  })
  it("50 MB are read, and never taken for a pass", async () => {
    const noise = "some line of a program that writes far too much\n".repeat(1_100_000)
    assert.include(await asked(noise), '"verdict":"broken"')
  }, 300_000)
  it("what cannot be read is refused, with the reason", async () => {
    assert.include(await refused({ file: "/nowhere/at-all.txt" }), "There is no file /nowhere/at-all.txt")
    assert.include(await refused({ file: tmpdir() }), "is a directory")
    assert.include(await refused({ runner: "nose" }), "use auto or one of vitest")
  })
  it("arguments", () => {
    assert.deepStrictEqual(parseArguments(["report", "--json", "--exit-code", "1", "--runner", "jest", "a.txt"]), {
      name: "report",
      file: "a.txt",
      json: true,
      exitCode: 1,
      runner: "jest",
    })
    for (const bad of [
      ["report"],
      ["report", "a", "b"],
      ["report", "--exit-code", "-1", "a"],
      ["report", "--exit-code", "1e3", "a"],
      ["report", "--exit-code", "256", "a"],
    ])
      assert.throws(() => parseArguments(bad))
  })
})
