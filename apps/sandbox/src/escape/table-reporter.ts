import fs from "node:fs"
import path from "node:path"
import type { Reporter, TestModule } from "vitest/node"
import { markdownTable, textTable, type EscapeRow } from "./table.ts"

const page = path.join(import.meta.dirname, "../../../../docs/security/escape-table.md")

/** Prints the table of `pnpm test:escape`; with LOOM_WRITE_DOCS=1 writes it to docs/security, where every attack was held. */
export default class TableReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const rows = tests.flatMap((test): ReadonlyArray<EscapeRow> => {
      const row = test.meta().escape
      return row !== undefined && test.result().state === "passed" ? [row] : []
    })
    const failed = tests.filter((test) => test.result().state === "failed")
    // Also with one isolator left out (not root) it would not be the whole list; the page's own test waits for the page.
    const skipped = tests.filter((test) => test.result().state === "skipped" && !test.fullName.includes("escape-table.md"))
    const whole =
      failed.length === 0 && skipped.length === 0 && unhandledErrors.length === 0 && modules.every((module) => module.errors().length === 0)
    process.once("exit", () => {
      process.stdout.write(`\n${textTable(rows)}\n`)
      for (const test of failed) process.stdout.write(`NOT HELD: ${test.fullName}\n`)
    })
    if (process.env["LOOM_WRITE_DOCS"] === "1" && whole) fs.writeFileSync(page, markdownTable(rows))
  }
}
