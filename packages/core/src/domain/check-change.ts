import { type Evidence, finding, type Found } from "./cheats/Rule.ts"
import { cheatRules } from "./cheats/rules.ts"
import { isProtected, matchesGlob } from "./path-kinds.ts"
import { parseDiff } from "./unified-diff.ts"
import type { CheatFinding } from "./Verdict.ts"

const MAX_FINDINGS = 50
const MAX_LINE_CHARS = 1_000

/** The same line under the same rule is said once; a test that is gone takes its checks with it. */
const distinct = (found: Found): Found => {
  const taken = found.some((item) => item.rule === "test_deleted" || item.rule === "test_emptied")
  const seen = new Set<string>()
  return found.filter((item) => {
    const key = `${item.rule}\0${item.file}\0${item.line}`
    if (seen.has(key) || (taken && item.rule === "assertion_removed")) return false
    seen.add(key)
    return true
  })
}

/**
 * Reads a change for edits that make tests weaker instead of code better (`cheats/rules.ts`). Paths in `allowPaths` (globs) lift the
 * protection and turn every block of theirs into a warning; `protectPaths` adds to what is protected.
 */
export const checkChange = (input: {
  readonly patch: string
  readonly allowPaths: ReadonlyArray<string>
  readonly protectPaths: ReadonlyArray<string>
  /** Text of the repository's own tests, as far as it is known. */
  readonly testText?: string
}): ReadonlyArray<CheatFinding> => {
  // Patterns look at lines, not at minified files.
  const files = parseDiff(input.patch).map((file) => ({
    ...file,
    lines: file.lines.map((line) => (line.text.length > MAX_LINE_CHARS ? { ...line, text: line.text.slice(0, MAX_LINE_CHARS) } : line)),
  }))
  const evidence: Evidence = { testText: input.testText ?? "" }
  const guarded = files.flatMap((file) =>
    [...new Set([file.path, file.oldPath])]
      .filter((path) => isProtected(path, input.protectPaths, input.allowPaths))
      .map((path) =>
        finding(
          "protected_path",
          "block",
          { ...file, path },
          path,
          "This file is protected: it may only be changed by a person, or by a path in `allow_paths` of `.github/loom.yml`.",
        ),
      ),
  )
  const weaker = files.flatMap((file) => distinct(cheatRules.flatMap((rule) => rule.find(file, files, evidence))))
  return [
    ...guarded,
    ...weaker.map((item): CheatFinding =>
      input.allowPaths.some((pattern) => matchesGlob(item.file, pattern)) ? { ...item, severity: "warn" } : item,
    ),
  ].slice(0, MAX_FINDINGS)
}
