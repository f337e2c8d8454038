import { XMLParser } from "fast-xml-parser"
import { broken, type Part, type RawTest } from "./Part.ts"

type Node = { readonly [key: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value)
const nodes = (value: unknown): ReadonlyArray<Node> =>
  (Array.isArray(value) ? value : [value]).flatMap((item) => (isNode(item) ? [item] : item === "" ? [{}] : []))
const attribute = (node: Node, name: string): string | null => {
  const value = node[`@${name}`]
  return typeof value === "string" ? value : null
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseAttributeValue: false,
  parseTagValue: false,
  textNodeName: "#text",
  processEntities: true,
  maxNestedTags: 200,
})

const words = (node: Node): string =>
  [attribute(node, "message"), typeof node["#text"] === "string" ? node["#text"] : null]
    .filter((part) => part !== null && part !== "")
    .join("\n")
    .slice(0, 4000)

/** Every `testcase` at any depth, with the names of the suites around it. */
const cases = (
  suite: Node,
  around: ReadonlyArray<string>,
): ReadonlyArray<{ readonly node: Node; readonly around: ReadonlyArray<string>; readonly file: string | null }> => [
  ...nodes(suite["testcase"]).map((node) => ({ node, around, file: attribute(node, "file") ?? attribute(suite, "file") })),
  ...nodes(suite["testsuite"]).flatMap((inner) => cases(inner, [...around, attribute(inner, "name") ?? ""])),
]

/**
 * JUnit XML of pytest (`junit_family=xunit1`, which has file and line) and bun. pytest tells a file that cannot be collected as an
 * `error` without a class name: a load error. The path is the class within its module, then the name with its parameters.
 */
export const parseJUnit = (runner: "pytest" | "bun", text: string): Part => {
  if (!/<\/testsuites?>\s*$|<testsuites?[^>]*\/>\s*$/.test(text)) return broken(runner, `The ${runner} report is cut.`)
  let root: unknown
  try {
    root = parser.parse(text)
  } catch {
    return broken(runner, `The ${runner} report is not XML.`)
  }
  if (!isNode(root)) return broken(runner, `The ${runner} report is empty.`)
  const found = [...nodes(root["testsuites"]), root].flatMap((node) => cases(node, []))
  const loadErrors: Array<{ file: string; message: string }> = []
  const tests: Array<RawTest> = []
  for (const { node, around, file } of found) {
    const name = attribute(node, "name") ?? ""
    const className = attribute(node, "classname") ?? ""
    const problems = [...nodes(node["failure"]), ...nodes(node["error"])]
    const message = problems.map(words).join("\n").slice(0, 4000) || null
    if (runner === "pytest" && problems.length > 0 && (className === "" || /^collection (failure|error)/.test(message ?? ""))) {
      loadErrors.push({ file: file ?? (name.replaceAll(".", "/") || "(collection)"), message: message ?? "collection failed" })
      continue
    }
    // `tests.test_a.TestX` in tests/test_a.py: what is left after the module are the classes.
    const module = file?.replace(/\.py$/, "").replaceAll("/", ".") ?? ""
    const classes =
      runner === "pytest"
        ? className === module
          ? []
          : className.startsWith(`${module}.`)
            ? className.slice(module.length + 1).split(".")
            : [className]
        : around.slice(1)
    const line = Number(attribute(node, "line"))
    const seconds = Number(attribute(node, "time"))
    tests.push({
      file: file ?? (runner === "bun" ? (around[0] ?? null) : null),
      path: [...classes.filter((part) => part !== ""), name],
      status: problems.length > 0 ? "failed" : node["skipped"] !== undefined ? "skipped" : "passed",
      durationMs: Number.isFinite(seconds) ? Math.round(seconds * 1000) : null,
      message,
      // pytest counts lines from 0.
      line: Number.isFinite(line) && attribute(node, "line") !== null ? line + (runner === "pytest" ? 1 : 0) : null,
    })
  }
  return { runner, format: "machine", tests: mergeTeardown(tests), loadErrors, problem: null }
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
