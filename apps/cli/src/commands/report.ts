import { open } from "node:fs/promises"
import { readReport, runnerNamed, runnerNames, type ReportReading } from "@loom/integrations/test-runner/reports/read-report"
import { BadInput } from "../CliError.ts"
import { plain } from "../render/text.ts"
import type { CommandContext } from "./start.ts"

/** The largest file that is read, in bytes. */
const MAX_BYTES = 128 << 20
/** How many names and errors a person is shown; `--json` has all. */
const SHOWN = 20

export interface ReportOptions {
  /** Path of a captured output or a report file. */
  readonly file: string
  readonly json: boolean
  readonly exitCode: number | null
  readonly runner: string
}

/**
 * Reads what a test run printed or wrote, and says what it proves. Exit code 0 for a verdict of whatever kind: the answer is the output.
 * @throws BadInput for a file that cannot be read and a runner that nobody knows
 */
export const report = async (options: ReportOptions, { screen }: CommandContext): Promise<number> => {
  const runner = runnerNamed(options.runner)
  if (runner === null)
    throw new BadInput({ detail: `--runner ${JSON.stringify(options.runner)} is no runner; use auto or one of ${runnerNames.join(", ")}.` })
  const reading = readReport(textOf(await contentOf(options.file)), { runner, exitCode: options.exitCode })
  const { runner: name, passed, failed, skipped, failing, verdict, complete, ...rest } = reading
  screen.write(
    options.json
      ? `${JSON.stringify({ runner: name, passed, failed, skipped, failing, verdict, complete, exitCode: options.exitCode, ...rest })}\n`
      : `${linesOf(reading).map(plain).join("\n")}\n`,
  )
  return 0
}

const contentOf = async (file: string): Promise<Buffer> => {
  try {
    await using handle = await open(file, "r")
    const { size } = await handle.stat().then((stat) => {
      if (stat.isDirectory()) throw new BadInput({ detail: `${file} is a directory; give one file.` })
      return stat
    })
    if (size > MAX_BYTES)
      throw new BadInput({
        detail: `${file} has ${Math.ceil(size / (1 << 20))} MiB; at most ${MAX_BYTES >> 20} MiB are read. Give the report file, or the end of the output.`,
      })
    return await handle.readFile()
  } catch (error) {
    if (error instanceof BadInput) throw error
    const code = error instanceof Error && "code" in error ? String(error.code) : ""
    throw new BadInput({ detail: code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read (${code || String(error)}).` })
  }
}

/** UTF-8, or the UTF-16 that PowerShell writes. */
const textOf = (bytes: Buffer): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.subarray(2).toString("utf16le") : bytes.toString("utf8")

const linesOf = (reading: ReportReading): ReadonlyArray<string> => [
  `${reading.verdict}: ${reading.passed} passed, ${reading.failed} failed, ${reading.skipped} skipped (${reading.runner}${reading.complete ? "" : ", incomplete"})`,
  ...(reading.problem === null ? [] : [reading.problem]),
  ...reading.failing.slice(0, SHOWN).map((name) => `  failed: ${name}`),
  ...(reading.failing.length > SHOWN ? [`  and ${reading.failing.length - SHOWN} more`] : []),
  ...reading.loadErrors.slice(0, SHOWN).map((error) => `  did not load: ${error.file}: ${error.message.split("\n")[0] ?? ""}`),
]
