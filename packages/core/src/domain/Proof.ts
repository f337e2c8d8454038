import { Schema } from "effect"
import { ChangedFile } from "./Change.ts"
import { GateReport } from "./Gate.ts"
import { RunId, TaskId } from "./Ids.ts"
import { Recipe, Runner } from "./Recipe.ts"
import { Counts } from "./TestReport.ts"
import { Usage } from "./Usage.ts"
import { CheatFinding, Comparison } from "./Verdict.ts"

/*
 * The machine-readable evidence of one change: an in-toto Statement v1 about a commit and its patch, whose predicate is what
 * Loom saw (docs/proof.md). JSON Schema: apps/web/public/proof.schema.json, generated from here.
 */

export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
export const PREDICATE_TYPE = "urn:loom:proof:v1"
/** in-toto "Envelope": the payload is a Statement, whatever its predicate. */
export const PAYLOAD_TYPE = "application/vnd.in-toto+json"
/** Media type of an envelope. */
export const ENVELOPE_TYPE = "application/vnd.dsse.envelope.v1+json"

/** Lower-case hex. */
const Sha256 = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/u))
/** SHA-1, or SHA-256 in a repository that uses it. */
const GitHash = Schema.String.check(Schema.isPattern(/^([0-9a-f]{40}|[0-9a-f]{64})$/u))
/** RFC 3339, UTC. */
const Timestamp = Schema.String.check(Schema.isPattern(/^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u))

/** One attempt at a line of the set-up. */
export const SetupCommand = Schema.Struct({
  command: Schema.String,
  exitCode: Schema.NullOr(Schema.Int),
  durationMs: Schema.Finite,
  /** The known fix that this attempt tried; null for the line as the recipe has it. */
  fix: Schema.NullOr(Schema.String),
})

/** The kept report of one run of the tests: `GET /api/v1/tasks/{id}/proof/reports/{sha256}`. */
export const ReportDigest = Schema.Struct({ sha256: Sha256, bytes: Schema.Int })

/** One run of the repository's tests: what the gate was told. Every test is in the report. */
export const TestRun = Schema.Struct({
  /** The test lines of the recipe; the runner adds its reporter to them. */
  command: Schema.String,
  runner: Runner,
  format: Schema.Literals(["machine", "text", "exit-code"]),
  counts: Counts,
  /** Files or suites that failed to load. */
  loadErrors: Schema.Int,
  exitCode: Schema.NullOr(Schema.Int),
  ended: Schema.Literals(["exited", "timeout", "oom", "output_limit", "killed"]),
  complete: Schema.Boolean,
  problem: Schema.NullOr(Schema.String),
  durationMs: Schema.Finite,
  /** How many tests were asked for by name; null: all of them. */
  only: Schema.NullOr(Schema.Int),
  report: ReportDigest,
})
export type TestRun = typeof TestRun.Type

/** Base and head, and what was run again of each, in order. */
export const TestRuns = Schema.Struct({
  base: TestRun,
  baseReruns: Schema.Array(TestRun),
  head: TestRun,
  reruns: Schema.Array(TestRun),
})
export type TestRuns = typeof TestRuns.Type

/** All of them, each with what it is called. */
export const namedRuns = ({ base, baseReruns, head, reruns }: TestRuns): ReadonlyArray<readonly [string, TestRun]> => [
  ["base", base],
  ...baseReruns.map((run, index) => [`base, re-run ${index + 1}`, run] as const),
  ["head", head],
  ...reruns.map((run, index) => [`head, re-run ${index + 1}`, run] as const),
]

/** A prompt by its number and by the sha-256 of its text. */
export const PromptDigest = Schema.Struct({ version: Schema.String, sha256: Sha256 })
export const PromptDigests = Schema.Record(Schema.String, PromptDigest)
export type PromptDigests = typeof PromptDigests.Type

/** The models that answered, per role, in the order of their first answer. */
export const ModelsUsed = Schema.Record(Schema.String, Schema.Array(Schema.String))
export type ModelsUsed = typeof ModelsUsed.Type

export const Predicate = Schema.Struct({
  /** Version of the Loom that made it. */
  loom: Schema.String,
  taskId: TaskId,
  /** The run whose gate passed the change. */
  runId: RunId,
  /** `owner/name` */
  repository: Schema.String,
  issue: Schema.Int,
  requestedBy: Schema.String,
  base: Schema.Struct({ branch: Schema.String, commit: GitHash }),
  /** `tree` is the tree the tests ran on, and the commit's; null where git did not say. */
  head: Schema.Struct({ branch: Schema.String, commit: GitHash, tree: Schema.NullOr(GitHash) }),
  /** sha-256 of what `git diff` with `command`'s settings prints from base to head: the change that was tested. */
  patch: Schema.Struct({ sha256: Sha256, command: Schema.String, files: Schema.Array(ChangedFile) }),
  recipe: Recipe,
  setup: Schema.Array(SetupCommand),
  /** What the tools in the sandbox said of their versions, after the set-up and before a model was asked. */
  tools: Schema.Record(Schema.String, Schema.String),
  /** Null when no tests were found: then `comparison.verdict` is `no_tests`, and nothing was verified by tests. */
  tests: Schema.NullOr(TestRuns),
  comparison: Comparison,
  findings: Schema.Array(CheatFinding),
  /** Every other gate, the change's own tests at the base, and the risk. */
  gate: GateReport,
  models: ModelsUsed,
  /** Set where no real model answered, e.g. "a recorded model". */
  modelNote: Schema.NullOr(Schema.String),
  prompts: PromptDigests,
  usage: Usage,
  startedAt: Timestamp,
  /** The finished stages up to the publication. */
  stages: Schema.Array(Schema.Struct({ name: Schema.String, startedAt: Timestamp, endedAt: Timestamp, summary: Schema.String })),
})
export type Predicate = typeof Predicate.Type

/** The two artifacts it speaks of: the commit, and the patch as a file. */
const Subject = Schema.Tuple([
  Schema.Struct({ name: Schema.Literal("commit"), digest: Schema.Struct({ gitCommit: GitHash }) }),
  Schema.Struct({ name: Schema.Literal("change.patch"), digest: Schema.Struct({ sha256: Sha256 }) }),
])

export const Statement = Schema.Struct({
  _type: Schema.Literal(STATEMENT_TYPE),
  subject: Subject,
  predicateType: Schema.Literal(PREDICATE_TYPE),
  predicate: Predicate,
})
export type Statement = typeof Statement.Type

export const statementOf = (predicate: Predicate): Statement => ({
  _type: STATEMENT_TYPE,
  subject: [
    { name: "commit", digest: { gitCommit: predicate.head.commit } },
    { name: "change.patch", digest: { sha256: predicate.patch.sha256 } },
  ],
  predicateType: PREDICATE_TYPE,
  predicate,
})

/** Milliseconds since the epoch as the proof writes times. */
export const timestamp = (ms: number): string => new Date(ms).toISOString()
