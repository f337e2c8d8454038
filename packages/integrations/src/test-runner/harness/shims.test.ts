import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { shims } from "./shims.ts"

describe("bats", () => {
  it("its report is taken when its writer is done, which bats does not wait for", () => {
    const home = mkdtempSync(join(tmpdir(), "loom-shim-"))
    try {
      mkdirSync(join(home, "reports"))
      const real = join(home, "real-bats")
      // What bats 1.8 does on a machine under load: the formatter lags behind, half of its report is there at the end of bats.
      writeFileSync(
        real,
        `#!/bin/bash
[ "$1" != --help ] || { echo "--report-formatter <type>"; exit 0; }
while [ $# -gt 0 ]; do [ "$1" = --output ] && output=$2; shift; done
{ echo "1..2"; echo "ok 1 adds"; sleep 0.4; echo "ok 2 also"; } > "$output/report.tap" 2>/dev/null &
sleep 0.1
exit 0
`,
      )
      chmodSync(real, 0o755)
      const script = `real=${real}\nreports=${home}/reports\nhome=${home}\n${shims["bats"] ?? ""}`
      const run = spawnSync("bash", ["-c", script, "bats", "test"], { encoding: "utf8", timeout: 20_000 })
      assert.strictEqual(run.status, 0, run.stderr)
      const report = readdirSync(join(home, "reports")).find((name) => name.endsWith(".tap")) ?? ""
      assert.strictEqual(readFileSync(join(home, "reports", report), "utf8"), "1..2\nok 1 adds\nok 2 also\n")
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})

describe.each([
  ["go", ["test", "./..."], ".jsonl"],
  ["cargo", ["test", "--", "--nocapture"], ".txt"],
] as const)("%s", (name, args, kind) => {
  it.each([0, 3])("ends as its tests end (%d), though they left a process behind, and everything it said is in its report", (code) => {
    const home = mkdtempSync(join(tmpdir(), "loom-shim-"))
    const at = (file: string) => join(home, file)
    const [real, output, left] = [at("real"), at("output"), at("left")]
    const said = Array.from({ length: 5_000 }, (_, index) => `line ${index}`).join("\n")
    try {
      mkdirSync(join(home, "reports"))
      writeFileSync(join(home, "said"), `${said}\n`)
      writeFileSync(real, `#!/bin/bash\nsleep 600 &\necho $! > ${left}\ncat ${home}/said\nexit ${code}\n`)
      chmodSync(real, 0o755)
      const script = `real=${real}\nreports=${home}/reports\nhome=${home}\n${shims[name] ?? ""}`
      // Into a file: a pipe of our own would be held by the one left behind too.
      const descriptor = openSync(output, "w")
      const run = spawnSync("bash", ["-c", script, name, ...args], { stdio: ["ignore", descriptor, "inherit"], timeout: 60_000 })
      closeSync(descriptor)
      process.kill(Number(readFileSync(left, "utf8")), "SIGKILL")
      assert.strictEqual(run.status, code)
      const report = readdirSync(join(home, "reports")).find((file) => file.endsWith(kind)) ?? ""
      assert.deepStrictEqual(
        [output, join(home, "reports", report)].map((file) => readFileSync(file, "utf8")),
        [`${said}\n`, `${said}\n`],
      )
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
