import { ApiFailed } from "./api-client.ts"
import { BadInput, NoLoom, WorldFailed } from "./CliError.ts"
import { exitCodeOfError } from "./exit-code.ts"

/** Why a command could not do its work, for programs: the members of RFC 9457, as the API has them, and the exit code. */
export interface Problem {
  /** `urn:loom:problem:<code>` */
  readonly type: string
  readonly title: string
  /** Of the API's answer; null where none came. */
  readonly status: number | null
  /** Stable: the API's own, or `bad_input`, `no_loom`, `unreachable`, `unexpected_answer`, `world_failed`, `internal`. */
  readonly code: string
  readonly detail: string
  /** What to do about it; null where `detail` says it. */
  readonly remedy: string | null
  /** The address that was asked; null where none was. */
  readonly instance: string | null
  readonly exitCode: number
}

type Told = Pick<Problem, "title" | "code" | "detail"> & Partial<Pick<Problem, "status" | "remedy" | "instance">>

const told = (error: unknown): Told => {
  if (error instanceof ApiFailed) {
    const { advice, code, detail, status, title, url } = error
    const common = { detail, status, remedy: advice ?? null, instance: url }
    if (status === null) return { ...common, title: "Loom does not answer", code: "unreachable" }
    return { ...common, title: title ?? "Loom refused", code: code ?? "unexpected_answer" }
  }
  if (error instanceof BadInput) return { title: "Not said right", code: "bad_input", detail: error.detail, remedy: error.remedy ?? null }
  if (error instanceof NoLoom) return { title: "There is no Loom", code: "no_loom", detail: error.message }
  if (error instanceof WorldFailed)
    return { title: "The local world failed", code: "world_failed", detail: `${error.part}: ${error.detail}`, remedy: error.remedy }
  return {
    title: "A mistake of Loom's",
    code: "internal",
    detail: error instanceof Error ? error.message : String(error),
    remedy: "Run it again without --json to see where, and report that.",
  }
}

export const problemOf = (error: unknown): Problem => {
  const what = told(error)
  return {
    type: `urn:loom:problem:${what.code}`,
    title: what.title,
    status: what.status ?? null,
    code: what.code,
    detail: what.detail,
    remedy: what.remedy ?? null,
    instance: what.instance ?? null,
    exitCode: exitCodeOfError(error),
  }
}

/** Whether a program reads the answer. Looked for among the words themselves: those that make no sense are answered too. */
export const wantsJson = (argv: ReadonlyArray<string>): boolean => {
  const end = argv.indexOf("--")
  return argv.slice(0, end < 0 ? argv.length : end).some((word) => word === "--json" || /^--json=(?!false$)/.test(word))
}

/** The end of standard error: one line of JSON for a program, sentences for a person. */
export const errorText = (error: unknown, json: boolean): string => {
  if (json) return `${JSON.stringify(problemOf(error))}\n`
  const isExpected = [BadInput, NoLoom, WorldFailed, ApiFailed].some((kind) => error instanceof kind)
  if (!(error instanceof Error)) return `${String(error)}\n`
  return `${isExpected ? error.message : (error.stack ?? error.message)}\n`
}
