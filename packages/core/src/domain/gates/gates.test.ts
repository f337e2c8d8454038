import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { gateNames, type GateFinding, noGateReport } from "../Gate.ts"
import { MASK } from "../redact.ts"
import { parseDiff } from "../unified-diff.ts"
import { type Checker, checkers, newFindings, readFindings } from "./checkers.ts"
import { coverageOfChange, fromMissedLines } from "./coverage.ts"
import { checkDependencies, lockfileLicences, newDependencies } from "./dependencies.ts"
import { gateReport, gateResult } from "./report.ts"
import { riskOfChange } from "./risk.ts"
import { entropy, secretsInChange } from "./secrets.ts"
import { settingOf } from "./settings.ts"
import { checkSize, sizeOfChange } from "./size.ts"

const part = (path: string, body: string, start = 1) => {
  const lines = body.split("\n")
  const count = (not: string) => lines.filter((line) => !line.startsWith(not)).length
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -${start},${count("+")} +${start},${count("-")} @@\n${lines.join("\n")}\n`
}
const files = (...parts: ReadonlyArray<string>) => parseDiff(parts.join(""))

describe("secrets", () => {
  const random = "aB3dE5fG7hJ9kL1mN3pQ"
  const bad: ReadonlyArray<readonly [string, string]> = [
    ["GitHub", `const t = "ghp_${random}${random}"`],
    ["OpenAI", `OPENAI_API_KEY=sk-proj-${random}${random}`],
    ["AWS", `aws_access_key_id = AKIA${"Z3X9"}QRSTUVWX7Y2K`],
    ["Slack", `token: xoxb-${"123456789012"}-${random}`],
    ["private key", "-----BEGIN RSA PRIVATE KEY-----"],
    ["Stripe", `key = "sk_live_${random}ab"`],
    ["address", `DATABASE_URL=postgres://app:${random}@db.internal:5432/app`],
    ["named random value", `password: "${random}x9"`],
    ["named random value in Java", `private static final String API_KEY = "${random}";`],
    ["JWT", `"eyJhbGciOiJIUzI1NiIsInR5cCI6.eyJzdWIiOiIxMjM0NTY3ODkwIiwi.SflKxwRJSMeKKF2QT4fwpMeJf36POk6y"`],
  ]
  for (const [name, line] of bad) {
    it(`stops ${name}, and does not repeat it`, () => {
      const [found] = secretsInChange(files(part("src/config.js", ` a\n+${line}`)))
      assert.deepInclude(found, { severity: "block", file: "src/config.js", line: 2 })
      if (!line.startsWith("-----")) assert.include(found?.text, MASK)
      assert.notInclude(found?.text, random)
      assert.deepInclude(secretsInChange(files(part("test/config.test.js", `+${line}`)))[0], { severity: "warn" })
    })
  }
  const fine: ReadonlyArray<string> = [
    'const token = process.env.GITHUB_TOKEN ?? ""',
    'password: "correct horse battery"',
    'apiKey: "your-api-key-goes-here"',
    "token: ${{ secrets.NPM_TOKEN }}",
    'const tokenName = "authorization_token_header"',
    'aws_access_key_id = "AKIAIOSFODNN7EXAMPLE"',
    "postgres://user:password@localhost:5432/test",
    'integrity: "sha512-abcdef"',
    'secretName: "loom/production/database"',
    'const PASSWORD_FIELD = "input[name=password]"',
    "commit 4f2a9c0d8e7b6a5f4e3d2c1b0a9f8e7d6c5b4a39",
  ]
  for (const line of fine) {
    it(`lets through: ${line}`, () => assert.deepStrictEqual(secretsInChange(files(part("src/config.js", `+${line}`))), []))
  }
  it("looks at what is added, not at what goes or stays, and not at lock files", () => {
    const line = bad[0]?.[1] ?? ""
    assert.deepStrictEqual(secretsInChange(files(part("src/a.js", `-${line}\n ${line}`), part("package-lock.json", `+${line}`))), [])
  })
  it("entropy is bits per character", () => {
    assert.strictEqual(entropy("aaaa"), 0)
    assert.strictEqual(entropy("abcd"), 2)
    fc.assert(fc.property(fc.string({ minLength: 1 }), (text) => entropy(text) <= Math.log2(text.length) + 1e-9))
  })
})

describe("risk", () => {
  const small = part("src/sum.js", "-export const sum = (a, b) => a - b\n+export const sum = (a, b) => a + b")
  const test = part("src/sum.test.js", '+it("adds", () => {\n+  expect(sum(1, 2)).toBe(3)\n+})')
  it("of a small fix with a test is low, without a test higher", () => {
    assert.deepInclude(riskOfChange(files(small, test)), { level: "low", score: 0 })
    assert.deepStrictEqual(riskOfChange(files(small)).reasons, [{ points: 15, reason: "Code changes and no test does." }])
  })
  it("of authentication, a migration, new dependencies and a removed export is high, heaviest reason first", () => {
    const risk = riskOfChange(
      files(
        part("src/auth/session.ts", "-export function login(name: string) {}\n+export function signIn(name: string) {}"),
        part("migrations/0002_users.sql", "+ALTER TABLE users DROP COLUMN email;"),
        part("package.json", '   "dependencies": {\n+    "left-pad": "1.3.0",'),
      ),
    )
    assert.strictEqual(risk.level, "high")
    const reasons = risk.reasons.map((one) => one.reason).join(" ")
    for (const word of ["Exported names are gone: `login`", "authentication", "database migration", "New dependencies: `left-pad`"])
      assert.include(reasons, word)
    assert.deepStrictEqual(
      risk.reasons.map((one) => one.points),
      risk.reasons.map((one) => one.points).toSorted((a, b) => b - a),
    )
  })
  it("sees a signature that changes, and not a body", () => {
    const reasons = (body: string) => riskOfChange(files(part("src/a.ts", body), test)).reasons.map((one) => one.reason)
    const signature = (name: string) => [`Signatures of exported names change: \`${name}\`.`]
    assert.deepStrictEqual(reasons("-export function f(a: string) {\n+export function f(a: string, b: number) {"), signature("f"))
    assert.deepStrictEqual(reasons("-export const g = (a: string) => a\n+export const g = (a: number) => a"), signature("g"))
    assert.deepStrictEqual(reasons("-export const g = (a: string) => a\n+export const g = (a: string) => a + 1"), [])
    assert.deepStrictEqual(reasons("-export const LIMIT = 1\n+export const LIMIT = 2"), [])
  })
  it("is 0 to 100 and the same for the same patch, and more files never lower it by their topics", () => {
    const path = fc.constantFrom("src/auth.ts", "src/a.ts", "lib/crypto.py", "db/migrations/1.sql", "Dockerfile", "a.test.ts", "README.md")
    const line = fc.constantFrom("+export const x = 1", "-export const x = 1", "+eval(text)", "-def f(): pass", "+  return 1", " ctx")
    const patch = fc.array(fc.tuple(path, fc.array(line, { minLength: 1, maxLength: 40 })), { maxLength: 6 })
    fc.assert(
      fc.property(patch, (parts) => {
        const parsed = files(...parts.map(([name, lines]) => part(name, lines.join("\n"))))
        const risk = riskOfChange(parsed)
        assert.isAtLeast(risk.score, 0)
        assert.isAtMost(risk.score, 100)
        assert.deepStrictEqual(riskOfChange(parsed), risk)
        assert.strictEqual(risk.level, risk.score < 25 ? "low" : risk.score < 50 ? "medium" : "high")
      }),
    )
  })
})

describe("size, coverage, dependencies", () => {
  it("counts code and tests apart, and neither lock files nor snapshots", () => {
    const size = sizeOfChange(
      files(part("a.js", "+1\n+2\n-3"), part("a.test.js", "+1"), part("pnpm-lock.yaml", "+1\n+2"), part("__snapshots__/a.snap", "+1")),
    )
    assert.deepStrictEqual(size, { files: 2, lines: 3, testLines: 1 })
    assert.lengthOf(checkSize(size, 1, 2), 2)
    assert.deepStrictEqual(checkSize(size, 2, 3), [])
  })
  it("coverage is of the changed lines only", () => {
    const change = files(part("src/a.js", " x\n+const a = 1\n+// why\n+const b = 2\n+\n+const c = 3", 10), part("src/b.js", "+const d = 1"))
    const found = coverageOfChange(change, fromMissedLines(change, { "src/a.js": [1, 13], "src/zzz.js": [1] }))
    assert.deepInclude(found, { covered: 2, uncovered: 1, percent: 66.7 })
    assert.deepInclude(found.findings[0], { file: "src/a.js", line: 13, text: "const b = 2" })
    assert.isNull(coverageOfChange(change, { files: [] }).percent)
  })
  it("names dependencies that are new, in every manifest", () => {
    const found = newDependencies(
      files(
        part(
          "package.json",
          '   "dependencies": {\n-    "zod": "3.0.0",\n+    "zod": "4.0.0",\n+    "@scope/x": "^1.0.0"\n   },\n   "scripts": {\n+    "build": "tsc"',
        ),
        part("requirements.txt", " flask==3\n+requests>=2.31\n+# comment"),
        part("Cargo.toml", ' [dependencies]\n+serde = { version = "1", features = ["derive"] }\n+rand = "0.9"'),
        part("go.mod", " require (\n+\tgithub.com/a/b v1.2.3\n+\tgithub.com/c/d v0.1.0 // indirect"),
        part("Gemfile", "+gem 'rack', '~> 3.0'"),
        part("composer.json", '+    "monolog/monolog": "^3.0"'),
      ),
    )
    assert.deepStrictEqual(
      found.map((one) => `${one.ecosystem} ${one.name}`),
      ["npm @scope/x", "python requests", "cargo serde", "cargo rand", "go github.com/a/b", "ruby rack", "composer monolog/monolog"],
    )
  })
  it("says licences that are known and that the rest was not checked", () => {
    const change = files(
      part("package.json", '   "dependencies": {\n+    "copy": "1.0.0",\n+    "fork": "github:me/fork",\n+    "free": "2.0.0"'),
      part(
        "package-lock.json",
        '+    "node_modules/copy": {\n+      "version": "1.0.0",\n+      "license": "AGPL-3.0-only"\n+    },\n+    "node_modules/free": {\n+      "license": "MIT"\n+    }',
      ),
    )
    const { findings, summary } = checkDependencies(newDependencies(change), lockfileLicences(change))
    assert.deepStrictEqual(
      findings.map((found) => found.explanation),
      ["`copy` is licensed `AGPL-3.0-only`.", "`fork` comes from `github`, not from a registry."],
    )
    assert.include(summary, "Licence of 1 not checked")
    assert.include(summary, "vulnerabilities not checked")
  })
})

describe("checkers", () => {
  const of = (name: string): Checker => checkers.find((one) => one.name === name) ?? assert.fail(name)
  const outputs: ReadonlyArray<readonly [string, string, string | null, number | null, string]> = [
    [
      "eslint",
      '[{"filePath":"/w/src/a.js","messages":[{"severity":2,"line":3,"message":"no","ruleId":"r"},{"severity":1,"line":4,"message":"w","ruleId":"r"}]}]',
      "src/a.js",
      3,
      "eslint: no (r)",
    ],
    ["tsc", "src/a.ts(3,7): error TS2322: Type 'x' is wrong.\nFound 1 error.", "src/a.ts", 3, "tsc: error TS2322: Type 'x' is wrong."],
    ["ruff", "src/a.py:3:1: F401 `os` imported but unused\nFound 1 error.", "src/a.py", 3, "ruff: F401 `os` imported but unused"],
    [
      "mypy",
      "a.py:3: error: Incompatible types  [assignment]\na.py:4: note: see",
      "a.py",
      3,
      "mypy: error: Incompatible types  [assignment]",
    ],
    ["gofmt", "pkg/a.go\n", "pkg/a.go", null, "gofmt: is not formatted"],
    ["go vet", "# example.com/x\n./a.go:3:2: unreachable code", "a.go", 3, "go vet: unreachable code"],
    [
      "cargo clippy",
      "src/lib.rs:3:5: warning: unused variable: `x`\nwarning: 1 warning emitted",
      "src/lib.rs",
      3,
      "cargo clippy: warning: unused variable: `x`",
    ],
    ["rubocop", "/w/a.rb:3:1: C: Style/X: bad", "a.rb", 3, "rubocop: C: Style/X: bad"],
    [
      "oxlint",
      "src/a.js:3:1: unused x [Error/no-unused]\nsrc/a.js:4:1: meh [Warning/x]\n\n2 problems",
      "src/a.js",
      3,
      "oxlint: unused x [Error/no-unused]",
    ],
    ["biome", "::error title=lint/x,file=src/a.js,line=3,endLine=3::Do not", "src/a.js", 3, "biome: Do not"],
    ["shellcheck", "a.sh:3:1: warning: Quote this [SC2086]", "a.sh", 3, "shellcheck: warning: Quote this [SC2086]"],
  ]
  for (const [name, output, file, line, explanation] of outputs) {
    it(`reads ${name}`, () =>
      assert.deepStrictEqual(
        readFindings(of(name), output, "/w").map((found) => [found.file, found.line, found.explanation]),
        [[file, line, explanation]],
      ))
  }
  it("what moved is not new; one more of the same is", () => {
    const at = (line: number, explanation = "no"): GateFinding => ({ severity: "block", file: "a", line, text: "", explanation })
    assert.deepStrictEqual(newFindings([at(1), at(2, "other")], [at(9), at(2, "other")]), [])
    assert.deepStrictEqual(newFindings([at(1)], [at(1), at(5)]), [at(5)])
    fc.assert(
      fc.property(fc.array(fc.nat(5)), (lines) => {
        const some = lines.map((line) => at(line, `no ${line % 2 === 0 ? "a" : "b"}`))
        assert.deepStrictEqual(newFindings(some, some), [])
      }),
    )
  })
})

describe("the report", () => {
  const finding: GateFinding = { severity: "block", file: null, line: null, text: "", explanation: "x" }
  it("a setting decides what a finding does", () => {
    const of = (setting: "on" | "warn" | "off") => gateResult("size", setting, { findings: [finding], summary: "s" })
    assert.strictEqual(of("on").status, "blocked")
    assert.deepInclude(of("warn"), { status: "warned", findings: [{ ...finding, severity: "warn" }] })
    assert.deepInclude(of("off"), { status: "off", findings: [] })
    assert.strictEqual(gateResult("lint", "on", { findings: null, summary: "no tool" }).status, "not_checked")
  })
  it("has every gate once, and what was not looked at never counts as passed", () => {
    const report = gateReport({
      files: files(part("src/a.js", "+const a = 1")),
      config: {},
      cheats: [],
      tests: noGateReport.tests,
      coverage: null,
      lint: { findings: null, summary: "none" },
      types: { findings: null, summary: "none" },
      licences: new Map(),
    })
    assert.deepStrictEqual(
      report.results.map((result) => result.gate),
      [...gateNames],
    )
    assert.deepStrictEqual(
      report.results.filter((result) => result.status === "not_checked").map((result) => result.gate),
      ["tests", "coverage", "lint", "types"],
    )
    assert.strictEqual(settingOf(undefined, "secrets"), "on")
  })
})
