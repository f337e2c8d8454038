import type { TestReport } from "@loom/core/domain/TestReport"
import { type Lane, type Variant, variants } from "./Lane.fixture.ts"

/** How Loom gets at the results: what is injected, from outside of the repository. */
const injected: Readonly<Record<string, string>> = {
  vitest: "`--reporter=json` beside the default one (Node preload)",
  jest: "`--json --outputFile` (Node preload)",
  mocha: "own reporter by `--reporter` (Node preload)",
  "node:test": "own reporter by `--test-reporter` (Node preload)",
  ava: "`--tap` (Node preload)",
  tap: "`--output-file` (Node preload)",
  tape: "results of tape's own events (Node preload)",
  jasmine: "own reporter by `--require` (Node preload)",
  uvu: "results of uvu's own queue (Node preload)",
  bun: "`--reporter=junit` (command in PATH)",
  deno: "`--junit-path` (command in PATH)",
  pytest: "`--junitxml` (PYTEST_ADDOPTS)",
  unittest: "`TextTestRunner` (sitecustomize)",
  "go test": "`-json` (command in PATH)",
  "cargo test": "text, checked against `--list` (command in PATH)",
  rspec: "`--format json` (SPEC_OPTS, RUBYOPT)",
  minitest: "own reporter (RUBYOPT)",
  "test-unit": "own listener (RUBYOPT)",
  phpunit: "`--log-junit` (command in PATH)",
  ctest: "`--output-junit` (command in PATH)",
  bats: "`--report-formatter tap` (command in PATH)",
  prove: "own formatter (command in PATH)",
  make: "nothing: the exit code only",
  "maven surefire": "nothing: surefire's own JUnit XML is copied out",
}

/** A file with `x.test.js` in it is one row; times and machine do not stand in it, so that it is the same everywhere. */
export const rowOf = (lane: Lane, result: Readonly<Record<Variant, TestReport>>): string => {
  const cells = variants.map((variant) => {
    const { verdict = "", counts } = result[variant]
    return verdict === "pass" || verdict === "fail" ? `${verdict} ${counts.passed}/${counts.failed}/${counts.skipped}` : verdict
  })
  return `| ${[lane.name, result.passing.format, ...cells, injected[lane.name] ?? ""].join(" | ")} |`
}

export const rowsOf = (page: string): ReadonlyMap<string, string> =>
  new Map(
    page
      .split("\n")
      .flatMap((line) =>
        /^\| [a-z]/.test(line) && !line.startsWith("| runner") ? [[line.split("|")[1]?.trim() ?? "", line] as const] : [],
      ),
  )

export const tableOf = (rows: ReadonlyArray<string>): string => `# Test runners

Written by \`packages/integrations/src/test-runner/runners/runners.sandbox.test.ts\`, which runs a small project of each runner in six variants in the
real sandbox; \`LOOM_WRITE_DOCS=1\` writes this page anew. A runner that is not installed on a machine is skipped there, with its reason in the name of
the skipped test, and keeps its row.

A cell is the report's verdict, with passed/failed/skipped where tests ran. **broken** variants do not load or compile; **hanging** ones never end and
are ended from outside; **spoofed** ones print a passing summary of their runner and end the process, or the script, themselves. Never is that a \`pass\`.

| runner | figures from | ${variants.join(" | ")} | injected |
|---|---|${variants.map(() => "---").join("|")}|---|
${rows.join("\n")}

Maven runs offline with the plugins that Debian packages (surefire 2.22.3, JUnit 4), where somebody installed them: the project's own set-up does not,
and the skipped test names the packages. Two runners have no row. gradle: its JUnit XML is copied out of \`test-results\` and read by the parser that
reads surefire's, but no gradle ran for this page; Debian's, 4.4.1, was not tried. cargo nextest: Debian 12 and npm do not have it; its text is read.
\`test-unit\` without any test prints nothing, which cannot be told from a process that ended itself. A Rust test that prints its own result line, ends
the process with success and runs alone cannot be told from one that passed: libtest has no stable machine format.
`
