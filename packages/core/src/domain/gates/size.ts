import type { GateFinding } from "../Gate.ts"
import { isSnapshot, isTestSupport } from "../path-kinds.ts"
import type { DiffFile } from "../unified-diff.ts"

const GENERATED =
  /(^|\/)([\w.-]+[.-]lock(\.json|\.yaml|b)?|package-lock\.json|pnpm-lock\.yaml|go\.sum|[\w.-]+\.min\.(js|css)|dist|vendor|generated)(\/|$)/
const isCounted = (file: DiffFile): boolean => !GENERATED.test(file.path) && !isSnapshot(file.path)

export interface ChangeSize {
  readonly files: number
  /** Added and removed lines, without lock files, snapshots, generated code and tests. */
  readonly lines: number
  /** The same, of tests. */
  readonly testLines: number
}

export const sizeOfChange = (files: ReadonlyArray<DiffFile>): ChangeSize => {
  const changed = (list: ReadonlyArray<DiffFile>) =>
    list.reduce((sum, file) => sum + file.lines.filter((line) => line.kind !== "context").length, 0)
  const counted = files.filter(isCounted)
  return {
    files: counted.length,
    lines: changed(counted.filter((file) => !isTestSupport(file.path))),
    testLines: changed(counted.filter((file) => isTestSupport(file.path))),
  }
}

/** A change that nobody can read is not reviewed. */
export const checkSize = (size: ChangeSize, maxFiles: number, maxLines: number): ReadonlyArray<GateFinding> => {
  const say = (explanation: string): GateFinding => ({ severity: "block", file: null, line: null, text: "", explanation })
  return [
    ...(size.files > maxFiles ? [say(`The change touches ${size.files} files; more than ${maxFiles} are hard to review.`)] : []),
    ...(size.lines > maxLines ? [say(`The change has ${size.lines} changed lines; more than ${maxLines} are hard to review.`)] : []),
  ]
}
