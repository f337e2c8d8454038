import { isProduction, isSnapshot, isTestFile, isTestSupport } from "../path-kinds.ts"
import { asserts } from "../test-code.ts"
import type { DiffFile } from "../unified-diff.ts"
import { type CheatRule, finding, type Found, linesOf, named, replacements, stem, texts } from "./Rule.ts"

const snapshotOnly = (file: DiffFile, files: ReadonlyArray<DiffFile>): Found => {
  if (!isSnapshot(file.path) || files.some((other) => !isTestSupport(other.path))) return []
  if (file.status !== "deleted" && texts(file, "removed").length === 0) return []
  return [
    finding(
      "snapshot_only",
      "block",
      file,
      texts(file, "removed")[0] ?? file.path,
      "Expected output is rewritten although no code changed.",
    ),
  ]
}

const ENTRY = /^exports\[`|^#\s*name:|^\/\/ .*\(\d+\)$/
/** A snapshot much larger than the change of the code it follows was taken anew, not thought about. */
const WHOLESALE_LINES = 40
const WHOLESALE_RATIO = 8
const snapshotRewritten = (file: DiffFile, files: ReadonlyArray<DiffFile>): Found => {
  if (!isSnapshot(file.path)) return []
  const changes = files
    .filter((other) => isProduction(other.path))
    .flatMap((other) => other.lines.filter((line) => line.kind !== "context"))
  const removed = texts(file, "removed")
  const entriesGone = removed.filter((line) => ENTRY.test(line)).length - texts(file, "added").filter((line) => ENTRY.test(line)).length
  const testsGone = files.filter((other) => isTestFile(other.path)).reduce((sum, other) => sum + named(texts(other, "removed")).length, 0)
  const goneWithCode = files.some((other) => other.status === "deleted" && (isProduction(other.path) || isTestFile(other.path)))
  if (
    file.status === "deleted" ||
    (removed.length > 0 && texts(file, "added").length === 0 && !file.lines.some((line) => line.kind === "context"))
  )
    return goneWithCode ? [] : [finding("snapshot_rewritten", "block", file, file.path, "A file of expected output is deleted.")]
  if (entriesGone > testsGone && !goneWithCode)
    return [
      finding(
        "snapshot_rewritten",
        "block",
        file,
        removed.find((line) => ENTRY.test(line)) ?? file.path,
        `${entriesGone} recorded ${entriesGone === 1 ? "expectation is" : "expectations are"} removed while the tests stay.`,
      ),
    ]
  if (removed.length >= WHOLESALE_LINES && removed.length > WHOLESALE_RATIO * changes.length)
    return [
      finding(
        "snapshot_rewritten",
        "block",
        file,
        removed[0] ?? file.path,
        `${removed.length} lines of expected output are rewritten for ${changes.length} changed lines of code.`,
      ),
    ]
  return []
}

const literals = (line: string): ReadonlyArray<string> => line.match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\b\d[\d._]*\b/g) ?? []
const expectationOnly = (file: DiffFile, files: ReadonlyArray<DiffFile>): Found => {
  if (!isTestFile(file.path) || files.some((other) => !isTestSupport(other.path))) return []
  const frame = (line: string) =>
    literals(line)
      .reduce((rest, literal) => rest.replace(literal, "#"), line)
      .replaceAll(/\s+/g, "")
  return replacements(file).flatMap(({ removed, added }): Found => {
    const frames = new Map(added.map((line) => [frame(line.text), line]))
    return removed.flatMap((old): Found => {
      if (!asserts(old.text)) return []
      const now = frames.get(frame(old.text))
      const changes = now !== undefined && literals(old.text).join("\0") !== literals(now.text).join("\0")
      return changes
        ? [finding("expectation_rewritten", "block", file, now, "What a test expects is rewritten although no code changed.")]
        : []
    })
  })
}

/** The name a mock replaces: a module path or a dotted name. */
const MOCKS: ReadonlyArray<RegExp> = [
  /\b(?:jest|vi)\.(?:mock|doMock|unstable_mockModule)\(\s*["'`]([^"'`]+)["'`]/,
  /\b(?:mock\.module|proxyquire|rewiremock|td\.replace(?:Esm)?|mockRequire)\(\s*["'`]([^"'`]+)["'`]/,
  /\b(?:mock\.)?patch(?:\.object)?\(\s*["']([\w.]+)["']/,
  /\bmonkeypatch\.setattr\(\s*["']?([\w.]+)/,
  /\bmocker\.patch(?:\.object)?\(\s*["']?([\w.]+)/,
  /\b(?:jest|vi)\.spyOn\(\s*([\w.]+)\s*,/,
  /\bsinon\.stub\(\s*([\w.]+)\s*,/,
  /\bpatch\.object\(\s*([\w.]+)\s*,/,
  /\ballow\(\s*((?:described_class|subject)\b)/,
  /\ballow_any_instance_of\(\s*([\w:]+)/,
  /\b(?:Mockito\.)?(?:mock|spy)\(\s*(\w+)\.class/,
  /->(?:createMock|createStub|getMockBuilder|createPartialMock|createConfiguredMock)\(\s*\\?([\w\\]+)::class/,
]
/** A spy alone only watches; a replaced result or a mocked module is not the code any more. */
const REPLACES =
  /mock|patch|setattr|stub|replace|proxyquire|allow|createMock|createStub|getMockBuilder|Mock\(|returns|mockReturn|mockImpl|spy\(\s*\w+\.class/i
const subjectMocked = (file: DiffFile): Found => {
  if (!isTestFile(file.path)) return []
  const subject = stem(file.path).replaceAll(/[_-]/g, "")
  const real = /importOriginal|importActual|requireActual|wraps\s*=|callThrough|and_call_original|callRealMethod/
  return linesOf(file, "added").flatMap((line): Found => {
    for (const pattern of MOCKS) {
      const name = pattern.exec(line.text)?.[1]
      if (name === undefined || !REPLACES.test(line.text)) continue
      const parts = name
        .replace(/\.[cm]?[jt]sx?$/, "")
        .split(/[/.\\:]+/)
        .map((part) => part.toLowerCase().replaceAll(/[_-]/g, ""))
      // A module path names the module last; a dotted name may go on with what is inside of it.
      const isPath = /[/]/.test(name)
      const hit = /^(described_class|subject)$/.test(name) || (isPath ? parts.at(-1) === subject : parts.slice(-2).includes(subject))
      if (!hit) continue
      // `patch("app.sum.requests.get")`, `monkeypatch.setattr(sum, "fetch", …)`: a collaborator, looked up where it is used.
      const collaborator =
        /\.(?:get|post|put|request|open|print|input|urlopen|time|sleep|now|random|environ|run|Popen|connect|getenv|exists|listdir)["'`]/.test(
          line.text,
        )
      const near = file.lines.slice(file.lines.indexOf(line), file.lines.indexOf(line) + 6)
      return [
        finding(
          "subject_mocked",
          collaborator || near.some((other) => real.test(other.text)) ? "warn" : "block",
          file,
          line,
          `The test replaces \`${name}\`, which it is about, by a stand-in.`,
        ),
      ]
    }
    return []
  })
}

export const expectations: ReadonlyArray<CheatRule> = [
  { rule: "snapshot_only", what: "expected output is rewritten although no code changed", find: snapshotOnly },
  {
    rule: "snapshot_rewritten",
    what: "expected output is rewritten wholesale, or recorded expectations are removed",
    find: snapshotRewritten,
  },
  { rule: "expectation_rewritten", what: "the value a test expects is changed although no code changed", find: expectationOnly },
  { rule: "subject_mocked", what: "a test mocks what it is about", find: subjectMocked },
]
