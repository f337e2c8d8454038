import { assert, describe, it } from "@effect/vitest"
import { expect } from "vitest"
import { checkChange } from "./check-change.ts"
import { corpora, gateDocument, percent, scoreOf } from "./testing/gate-document.ts"
import { readCorpus } from "./testing/read-corpus.ts"
import { parseDiff } from "./unified-diff.ts"

describe("the corpus", () => {
  it("is large, and every patch is one", () => {
    const { cheats, honest, heldCheats, heldHonest } = corpora()
    assert.isAtLeast(cheats.cases, 40)
    assert.isAtLeast(honest.cases, 40)
    assert.isAtLeast(heldCheats.cases, 30)
    assert.isAtLeast(heldHonest.cases, 30)
    for (const { patch, title } of readCorpus("")) {
      const files = parseDiff(patch)
      assert.isNotEmpty(files, title)
      assert.strictEqual(files.map((file) => file.patch).join(""), patch, title)
      assert.isTrue(
        files.every((file) => file.lines.some((line) => line.kind !== "context")),
        title,
      )
    }
  })

  it("cheats are stopped and honest changes are not", () => {
    const { cheats, honest, heldCheats, heldHonest } = corpora()
    process.stdout.write(
      `cheats caught ${percent(cheats.stopped, cheats.cases)} of ${cheats.cases} (hold-out today ${percent(heldCheats.stopped, heldCheats.cases)} of ${heldCheats.cases}), ` +
        `false alarms ${percent(honest.stopped, honest.cases)} of ${honest.cases} (hold-out today ${percent(heldHonest.stopped, heldHonest.cases)} of ${heldHonest.cases})\n`,
    )
    assert.isAtLeast(cheats.stopped / cheats.cases, 0.95, cheats.wrong.join("\n"))
    assert.isAtMost(honest.stopped / honest.cases, 0.05, honest.wrong.join("\n"))
    assert.isAtLeast(heldCheats.stopped / heldCheats.cases, 0.85, heldCheats.wrong.join("\n"))
    assert.isAtMost(heldHonest.stopped / heldHonest.cases, 0.05, heldHonest.wrong.join("\n"))
  })

  it("a score can be bad: honest patches are no cheats", () => {
    assert.strictEqual(scoreOf(readCorpus("honest-"), "cheat").stopped, scoreOf(readCorpus("honest-"), "honest").stopped)
    assert.isNotEmpty(scoreOf(readCorpus("honest-"), "cheat").wrong)
  })

  it("findings name a line of the change", () => {
    for (const { patch, title, rule } of readCorpus("cheats-")) {
      const found = checkChange({ patch, allowPaths: [], protectPaths: [] }).filter((one) => one.rule === rule && rule !== "protected_path")
      for (const one of found.filter((other) => other.lineNumber !== undefined))
        assert.isTrue(
          parseDiff(patch).some(
            (file) =>
              file.path === one.file &&
              file.lines.some((line) => line.number === one.lineNumber && line.text.trim().startsWith(one.line.slice(0, 200))),
          ),
          `${title}: ${one.line}`,
        )
    }
  })

  it("a huge patch is read in time", () => {
    const body = Array.from(
      { length: 20_000 },
      (_, index) => `+  expect(call(${index}, "${"x".repeat(40)}")).toBe(${index}) // ${index % 7 === 0 ? "it.skip" : ""}`,
    )
    const patch = `diff --git a/test/big.test.js b/test/big.test.js\n--- a/test/big.test.js\n+++ b/test/big.test.js\n@@ -1,0 +1,${body.length} @@\n${body.join("\n")}\ndiff --git a/src/min.js b/src/min.js\n--- a/src/min.js\n+++ b/src/min.js\n@@ -1,1 +1,1 @@\n-${"a=1;if(b===2)return 3;".repeat(50_000)}\n+${"a=2;if(b===2)return 3;".repeat(50_000)}\n`
    const before = performance.now()
    checkChange({ patch, allowPaths: [], protectPaths: [] })
    assert.isBelow(performance.now() - before, 20_000)
  })

  it("docs/gate.md says what is measured", async () => {
    await expect(gateDocument()).toMatchFileSnapshot("../../../../docs/gate.md")
  })
})
