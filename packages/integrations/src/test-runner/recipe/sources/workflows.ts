import { parse } from "yaml"
import type { Snapshot } from "../Snapshot.ts"

type Fields = Readonly<Record<string, unknown>>
export const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
export const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** A job of a CI workflow, as far as it was written plainly. */
export interface Job {
  readonly origin: string
  readonly job: Fields
  readonly commands: ReadonlyArray<string>
  /** Lines with expressions or shell control, which are not read. */
  readonly unread: ReadonlyArray<string>
}

const linesOf = (run: unknown): ReadonlyArray<string> =>
  typeof run !== "string"
    ? []
    : run
        .replaceAll(/\\\n\s*/g, " ")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"))
/** Lines with expressions, heredocs or shell control are left out. */
const isPlain = (line: string): boolean => !/\$\{\{|<<|^(if|for|while|case|fi|done|echo|cat)\b/.test(line)

const parsed = (text: string): unknown => {
  try {
    return parse(text, { logLevel: "silent" })
  } catch {
    return null
  }
}

/** Jobs of one workflow file; none when it is no workflow. */
export const jobsOf = (path: string, text: string): ReadonlyArray<Job> =>
  Object.entries(fields(fields(parsed(text))["jobs"])).map(([name, value]) => {
    const job = fields(value)
    const lines = list(job["steps"]).flatMap((step) => linesOf(fields(step)["run"]))
    return {
      origin: `${path} jobs.${name}`,
      job,
      commands: lines.filter(isPlain),
      unread: lines.filter((line) => !isPlain(line) && !/^(echo|cat)\b/.test(line)),
    }
  })

const isSetup = (path: string) => /copilot-setup-steps\.ya?ml$/.test(path)

/** Every job of CI, in order; the set-up written for Copilot is another source. */
export const ciJobs = (snapshot: Snapshot): ReadonlyArray<Job> =>
  [...snapshot.files]
    .filter(([path]) => path.startsWith(".github/workflows/") && !isSetup(path))
    .flatMap(([path, text]) => jobsOf(path, text))

/** Command lines of every CI workflow, in order. */
export const workflowCommands = (snapshot: Snapshot): ReadonlyArray<string> => ciJobs(snapshot).flatMap((job) => job.commands)

/** The set-up that the repository wrote for Copilot's coding agent. */
export const copilotSetup = (snapshot: Snapshot): { readonly origin: string; readonly commands: ReadonlyArray<string> } | null => {
  const found = [...snapshot.files].find(([path]) => isSetup(path))
  return found === undefined ? null : { origin: found[0], commands: jobsOf(...found).flatMap((job) => job.commands) }
}

/** Node majors that CI tests with: `node-version` of setup-node, matrices written out. */
export const ciNodeMajors = (snapshot: Snapshot): { readonly majors: ReadonlyArray<number>; readonly origin: string } | null => {
  for (const { job, origin } of ciJobs(snapshot)) {
    const matrix = fields(fields(job["strategy"])["matrix"])
    const wanted = list(job["steps"])
      .map((step) => fields(fields(step)["with"])["node-version"])
      .filter((value) => value !== undefined)
      .flatMap((value) => {
        const key = /^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$/.exec(String(value))?.[1]
        return key === undefined ? [value] : list(matrix[key])
      })
    // `latest`, `lts/*` and what cannot be read mean: the newest is tested as well.
    const majors = wanted.map((value) => Number(/^v?(\d+)(\.|$)/.exec(String(value))?.[1] ?? Number.NaN))
    if (majors.length > 0) return majors.some(Number.isNaN) ? null : { majors, origin }
  }
  return null
}
