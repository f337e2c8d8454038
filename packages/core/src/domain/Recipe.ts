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

/** A database, queue or other server that the repository's tests want, in the order in which they are started. */
export const RecipeService = Schema.Struct({
  /** As the repository calls it, e.g. `db`. */
  name: Schema.String,
  /** What it is, e.g. `postgres`; the image's name where Loom does not know it. */
  kind: Schema.String,
  /** Port the tests reach it at, on the sandbox's loopback. */
  port: Schema.NullOr(Schema.Int),
  origin: Schema.String,
  /** `provided`: started and health-checked before the tests, in the same exec. `missing`: `reason` says why it is not. */
  state: Schema.Literals(["provided", "missing"]),
  reason: Schema.String,
})
export type RecipeService = typeof RecipeService.Type

/** A package of a monorepo. */
export const RecipePackage = Schema.Struct({
  /** Relative to the root, e.g. `packages/core`. */
  path: Schema.String,
  /** Its own name, where it has one. */
  name: Schema.NullOr(Schema.String),
  /** What made it known, e.g. `pnpm-workspace.yaml`. */
  origin: Schema.String,
})
export type RecipePackage = typeof RecipePackage.Type

export const Recipe = Schema.Struct({
  /** Directory of the package that is tested, relative to the repository root; `.` for the root. */
  cwd: Schema.String,
  language: Schema.String,
  packageManager: Schema.NullOr(Schema.String),
  runner: Runner,
  /** Commands run once with the network of the set-up. Empty when nothing is to be installed. */
  install: Schema.Array(RecipeLine),
  /** Commands that run the tests, with the network of the tests. Empty means the repository has no tests Loom can find. */
  test: Schema.Array(RecipeLine),
  /** Environment of both, never secret. */
  env: Schema.Record(Schema.String, Schema.String),
  /** Tool versions asked for by the repository, e.g. `{ node: "22" }`. */
  tools: Schema.Record(Schema.String, Schema.String),
  /**
   * Hosts that `.github/loom.yml` asked for and the operator permits. The set-up reaches the operator's registries and `setup`; the tests
   * reach `tests` and nothing else. Absent: no more than the registries, and nothing.
   */
  network: Schema.optionalKey(Schema.Struct({ setup: Schema.Array(Schema.String), tests: Schema.Array(Schema.String) })),
  /** A build that the tests may turn out to need (`missing-build.ts`); it is not part of the test lines. */
  build: Schema.optionalKey(RecipeLine),
  /** Every language that was found, the tested one first. */
  languages: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Frameworks that were found, e.g. `react`, `django`, with where. */
  frameworks: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Schema.String, origin: Schema.String }))),
  /** In start order. */
  services: Schema.optionalKey(Schema.Array(RecipeService)),
  /** Packages of a monorepo. */
  packages: Schema.optionalKey(Schema.Array(RecipePackage)),
  /** What else the repository asks for and Loom does not do, for people. */
  notes: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Digest of everything the install depends on: the same digest, the same installed state (`install-key.ts`). */
  installKey: Schema.optionalKey(Schema.String),
})
export type Recipe = typeof Recipe.Type
