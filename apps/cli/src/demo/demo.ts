import { readFileSync, readdirSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import { RecordedChange } from "@loom/core/domain/RecordedChange"
import { parseIssue, type Issue } from "../issue-file.ts"

/** The sample of `npm start`: a small library with one test that fails for a real reason. */
export interface Demo {
  readonly repositoryName: string
  /** Path to content. */
  readonly files: ReadonlyMap<string, string>
  readonly issue: Issue
  /** Fixes the bug and adds a test; played when there is no real model. */
  readonly recordedChange: RecordedChange
}

const folder = fileURLToPath(new URL(".", import.meta.url))

const readFolder = (path: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => [relative(path, file).split(sep).join("/"), readFileSync(file, "utf8")]),
  )

export const loadDemo = (): Demo => ({
  repositoryName: "tidy-duration",
  files: readFolder(join(folder, "sample-repository")),
  issue: parseIssue("issue.md", readFileSync(join(folder, "issue.md"), "utf8")),
  recordedChange: Schema.decodeSync(Schema.fromJsonString(RecordedChange))(readFileSync(join(folder, "recorded-change.json"), "utf8")),
})
