import { createHash } from "node:crypto"
import { Schema } from "effect"
import type { Check } from "@loom/core/domain/check-proof"
import { namedRuns, type Predicate, type TestRun } from "@loom/core/domain/Proof"
import { TestReport } from "@loom/core/domain/TestReport"
import { fetchBytes } from "./fetch-bytes.ts"

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const decodeReport = Schema.decodeOption(Schema.fromJsonString(TestReport))

/** The full reports and the patch beside a proof: as the proof names them, and saying what it says. Not kept any more is no lie. */
export const checkAttachments = async (
  proofUrl: string,
  token: string | null,
  { patch, tests }: Predicate,
): Promise<ReadonlyArray<Check>> => {
  const runs = tests === null ? [] : namedRuns(tests)
  const reports = await Promise.all(
    runs.map(async ([which, run]): Promise<Check> => {
      const name = `report (${which})`
      const bytes = await fetchBytes(`${proofUrl}/reports/${run.report.sha256}`, token)
      if (bytes === null) return { name, ok: null, detail: "it is not kept any more" }
      const problem = problemOf(bytes, run)
      return { name, ok: problem === null, detail: problem ?? `${figures(run)}, sha-256 ${run.report.sha256}` }
    }),
  )
  const bytes = await fetchBytes(`${proofUrl}/patch`, token)
  const kept: Check =
    bytes === null
      ? { name: "kept patch", ok: null, detail: "it is not kept any more" }
      : sha256(bytes) === patch.sha256
        ? { name: "kept patch", ok: true, detail: `${bytes.length} bytes, sha-256 ${patch.sha256}` }
        : { name: "kept patch", ok: false, detail: `its sha-256 is ${sha256(bytes)}, and the proof names ${patch.sha256}` }
  return [...reports, kept]
}

const figures = ({ counts }: TestRun) => `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`

const problemOf = (bytes: Uint8Array<ArrayBuffer>, run: TestRun): string | null => {
  if (sha256(bytes) !== run.report.sha256) return `its sha-256 is ${sha256(bytes)}, and the proof names ${run.report.sha256}`
  const report = decodeReport(new TextDecoder().decode(bytes))
  if (report._tag === "None") return "it is no test report"
  const { counts, exitCode } = report.value
  const isSame =
    counts.passed === run.counts.passed &&
    counts.failed === run.counts.failed &&
    counts.skipped === run.counts.skipped &&
    exitCode === run.exitCode
  return isSame ? null : "its figures are not those of the proof"
}
