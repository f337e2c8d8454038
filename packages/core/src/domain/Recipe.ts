import { Schema } from "effect"

/** How this repository is installed and tested. Every line says where it came from. */
export const RecipeLine = Schema.Struct({
  /** A `bash -c` command line, run in `cwd`. */
  command: Schema.NonEmptyString,
  /** Where the line was found: a file and key, or the detection rule. E.g. `package.json scripts.test`. */
  origin: Schema.String,
})
export type RecipeLine = typeof RecipeLine.Type

export const Runner = Schema.Literals([
  "vitest",
  "jest",
  "mocha",
  "node:test",
  "ava",
  "tap",
  "jasmine",
  "uvu",
  "bun",
  "deno",
  "pytest",
  "unittest",
  "go",
  "cargo",
  "rspec",
  "minitest",
  "test-unit",
  "phpunit",
  "maven",
  "gradle",
  "ctest",
  "bats",
  "prove",
  "junit",
  "exit-code",
])
export type Runner = typeof Runner.Type

export const Recipe = Schema.Struct({
  /** Directory of the package that is tested, relative to the repository root; `.` for the root. */
  cwd: Schema.String,
  language: Schema.String,
  packageManager: Schema.NullOr(Schema.String),
  runner: Runner,
  /** Commands run once with the package registries reachable. Empty when nothing is to be installed. */
  install: Schema.Array(RecipeLine),
  /** Commands that run the tests, without network. Empty means the repository has no tests Loom can find. */
  test: Schema.Array(RecipeLine),
  /** Environment of both, never secret. */
  env: Schema.Record(Schema.String, Schema.String),
  /** Tool versions asked for by the repository, e.g. `{ node: "22" }`. */
  tools: Schema.Record(Schema.String, Schema.String),
})
export type Recipe = typeof Recipe.Type
