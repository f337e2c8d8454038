import type { Runner } from "@loom/core/domain/Recipe"
import { broken, type Part, type RawTest } from "./Part.ts"
import { parseXml, type XmlNode as Node } from "./xml.ts"

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value)
const nodes = (value: unknown): ReadonlyArray<Node> => (Array.isArray(value) ? value.filter(isNode) : [])
const attribute = (node: Node, name: string): string | null => {
  const value = node[`@${name}`]
  return typeof value === "string" ? value : null
}

const words = (node: Node): string =>
  [attribute(node, "message"), typeof node["#text"] === "string" ? node["#text"] : null]
    .filter((part) => part !== null && part !== "")
    .join("\n")
    .slice(0, 4000)

interface Case {
  readonly node: Node
  readonly around: ReadonlyArray<string>
  readonly file: string | null
}

/** Every `testcase` at any depth, with the names of the suites around it. */
const cases = (suite: Node, around: ReadonlyArray<string>): ReadonlyArray<Case> => [
  ...nodes(suite["testcase"]).map((node) => ({ node, around, file: attribute(node, "file") ?? attribute(suite, "file") })),
  ...nodes(suite["testsuite"]).flatMap((inner) => cases(inner, [...around, attribute(inner, "name") ?? ""])),
]

const suitesOf = (suite: Node): ReadonlyArray<Node> => nodes(suite["testsuite"]).flatMap((inner) => [inner, ...suitesOf(inner)])

/** Who wrote it, by what only they write. Anything else is `junit`. */
const PRODUCERS: ReadonlyArray<readonly [RegExp, Runner]> = [
  [/<testsuite [^>]*name="pytest"|<testsuites name="pytest tests"/, "pytest"],
  [/<testsuites name="bun test"/, "bun"],
  [/<testsuites name="vitest tests"/, "vitest"],
  [/<testsuites name="jest tests"/, "jest"],
  [/<testsuites? name="Mocha Tests"/, "mocha"],
  [/<testsuites name="nextest-run"/, "cargo"],
  [/<testsuite [^>]*name="rspec/, "rspec"],
  [/surefire-test-report|maven-surefire/, "maven"],
  [/<testsuites name="deno test"/, "deno"],
  [/<testcase [^>]*\bassertions="\d+"/, "phpunit"],
  [/<testsuite name="[^"]*\.bats"|<testsuite [^>]*bats/, "bats"],
  [/<testcase [^>]*\bstatus="(run|fail|notrun|disabled)"/, "ctest"],
]
const producerOf = (text: string): Runner =>
  /<!-- duration_ms [\d.]+ -->\s*<\/testsuites>$/.test(text.slice(-200))
    ? "node:test"
    : (PRODUCERS.find(([pattern]) => pattern.test(text.slice(0, 4000)))?.[1] ?? "junit")

/** The class within its module (pytest), the suites (bun, deno, vitest …) or the class (JVM, PHP): what stands around the name. */
const suiteOf = (runner: Runner, { node, around, file }: Case): ReadonlyArray<string> => {
  const className = attribute(node, "classname") ?? ""
  if (runner === "pytest") {
    const module = file?.replace(/\.py$/, "").replaceAll("/", ".") ?? ""
    return className === module ? [] : className.startsWith(`${module}.`) ? className.slice(module.length + 1).split(".") : [className]
  }
  if (runner === "bun") return around.slice(1)
  if (runner === "bats") return []
  return className === "" || className === attribute(node, "name") || className === file || (runner === "deno" && className === around[0])
    ? []
    : [className]
}

/**
 * JUnit XML: pytest (`junit_family=xunit1`, which has file and line), bun, deno, phpunit, surefire, gradle, ctest, bats and whoever
 * else writes it. pytest tells a file that cannot be collected as an `error` without a class name: a load error. A report whose suites
 * announce more tests than it holds is cut.
 */
export const parseJUnit = (wanted: Runner | "auto", text: string): Part => {
  const trimmed = text.trim()
  const runner = wanted === "auto" ? producerOf(trimmed) : wanted
  if (!/<\/testsuites?>$|<testsuites?(?:\s[^<>]*)?\/>$/.test(trimmed.slice(-4000))) return broken(runner, `The ${runner} report is cut.`)
  const root = parseXml(trimmed)
  if (root === null) return broken(runner, `The ${runner} report is not XML.`)
  const tops = [...nodes(root["testsuites"]), root]
  const found = tops.flatMap((node) => cases(node, []))
  const loadErrors: Array<{ file: string; message: string }> = []
  const tests: Array<RawTest> = []
  for (const one of found) {
    const { node, around, file } = one
    const name = attribute(node, "name") ?? ""
    const className = attribute(node, "classname") ?? ""
    // PHPUnit tells a risky test (one without assertions) as an error; its own figures and exit code do not.
    const problems = [...nodes(node["failure"]), ...nodes(node["error"])].filter(
      (problem) => !/Risky/.test(attribute(problem, "type") ?? ""),
    )
    const message = problems.map(words).join("\n").slice(0, 4000) || null
    if (runner === "pytest" && problems.length > 0 && (className === "" || /^collection (failure|error)/.test(message ?? ""))) {
      loadErrors.push({ file: file ?? (name.replaceAll(".", "/") || "(collection)"), message: message ?? "collection failed" })
      continue
    }
    const unrun = attribute(node, "status") === "notrun" && !/disabled|skip/i.test(words(nodes(node["skipped"])[0] ?? {}))
    if (
      unrun ||
      (problems.length > 0 && /^Test suite failed to run|^Test execution failure: could not be run|\(uncaught error\)$/.test(`${name}`))
    ) {
      loadErrors.push({ file: file ?? (className || name), message: message ?? (words(nodes(node["skipped"])[0] ?? {}) || "not run") })
      continue
    }
    const line = Number(attribute(node, "line"))
    const seconds = Number(attribute(node, "time") ?? "x")
    const skip = nodes(node["skipped"])[0]
    const reruns = nodes(node["flakyFailure"]).length + nodes(node["flakyError"]).length
    tests.push({
      file: file ?? (runner === "bun" || runner === "deno" || runner === "bats" ? (around[0] ?? null) : null),
      path: [...suiteOf(runner, one).filter((part) => part !== ""), name],
      status:
        problems.length > 0 ? "failed" : node["skipped"] !== undefined || attribute(node, "status") === "disabled" ? "skipped" : "passed",
      durationMs: Number.isFinite(seconds) ? Math.round(seconds * 1000) : null,
      message,
      // pytest counts lines from 0.
      line: Number.isFinite(line) && attribute(node, "line") !== null ? line + (runner === "pytest" ? 1 : 0) : null,
      ...(reruns > 0 ? { retries: reruns } : {}),
      ...(skip !== undefined && attribute(skip, "type") === "pytest.xfail" ? { expectedFailure: true } : {}),
    })
  }
  const said = tops.flatMap(suitesOf).find((suite) => {
    const own = nodes(suite["testsuite"]).length === 0 ? Number(attribute(suite, "tests") ?? 0) : 0
    return own > nodes(suite["testcase"]).length
  })
  // Suites that failed outside of their cases: `errors` without an element of it.
  const failures = tops
    .flatMap(suitesOf)
    .reduce(
      (sum, suite) =>
        sum +
        (nodes(suite["testsuite"]).length > 0
          ? 0
          : (Number(attribute(suite, "errors") ?? 0) || 0) + (Number(attribute(suite, "failures") ?? 0) || 0)),
      0,
    )
  const seen = found.filter(({ node }) => node["failure"] !== undefined || node["error"] !== undefined).length
  const merged = runner === "pytest" ? mergeTeardown(tests) : tests
  return {
    runner,
    format: "machine",
    tests: merged,
    loadErrors,
    problem:
      said === undefined ? null : `The ${runner} report announces more tests in ${attribute(said, "name") ?? "a suite"} than it holds.`,
    ...(failures > 0 && seen === 0 ? { otherFailure: `${failures} failure(s) outside of the tests` } : {}),
  }
}

/** pytest writes a test whose teardown failed twice: once as it ended, once with the error. One test, failed. */
const mergeTeardown = (tests: ReadonlyArray<RawTest>): ReadonlyArray<RawTest> =>
  tests.filter((test, index) => {
    const next = tests[index + 1]
    return !(
      test.status !== "failed" &&
      next?.status === "failed" &&
      next.file === test.file &&
      next.path.join("\0") === test.path.join("\0")
    )
  })
