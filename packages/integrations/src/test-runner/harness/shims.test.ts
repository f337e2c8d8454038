import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
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
