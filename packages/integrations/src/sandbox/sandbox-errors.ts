import { Schema } from "effect"
import { SandboxProblem, type SandboxProblemCode } from "@loom/core/domain/SandboxProtocol"
import { BoxLost, FileRefused, InvalidRequest, IsolationMissing, SandboxError, SandboxUnavailable } from "@loom/core/ports/Sandbox"
import { redact } from "@loom/core/domain/redact"

const decodeProblem = Schema.decodeUnknownResult(Schema.fromJsonString(SandboxProblem))

export const unavailable = (operation: string, detail: string): SandboxError =>
  new SandboxError({ operation, reason: new SandboxUnavailable({ detail: redact(detail).slice(0, 1000) }) })

export const boxLost = (operation: string, detail: string): SandboxError => new SandboxError({ operation, reason: new BoxLost({ detail }) })

/** An exec that the daemon no longer knows cannot be told from one that never ran: only a new box gives certainty. */
const LOST: ReadonlyArray<SandboxProblemCode> = ["session_not_found", "exec_not_found", "exec_forgotten"]
const FILE: ReadonlyArray<SandboxProblemCode> = ["file_not_found", "not_a_file", "not_a_directory", "file_refused"]
/** The daemon is well but full: another moment may be better. */
const BUSY: ReadonlyArray<SandboxProblemCode> = ["too_many_sessions", "too_many_execs", "internal"]

/** The daemon's RFC 9457 answer as a reason of the port. `path` is the file asked for, where one was. */
export const fromProblem = (
  operation: string,
  status: number,
  body: string,
  path: string | null,
): { readonly code: SandboxProblemCode | null; readonly error: SandboxError } => {
  const decoded = decodeProblem(body)
  if (decoded._tag === "Failure") {
    // Not sandboxd's own words: a proxy, or a container that is starting.
    return {
      code: null,
      error:
        status >= 500 || status === 429 || status === 408 ? unavailable(operation, `HTTP ${status}`) : invalid(operation, `HTTP ${status}`),
    }
  }
  const { code, detail, remedy } = decoded.success
  const fail = (reason: SandboxError["reason"]) => ({ code, error: new SandboxError({ operation, reason }) })
  if (LOST.includes(code)) return fail(new BoxLost({ detail }))
  if (FILE.includes(code)) return fail(new FileRefused({ path: path ?? "", detail }))
  if (BUSY.includes(code)) return fail(new SandboxUnavailable({ detail }))
  if (code === "isolation_missing") return fail(new IsolationMissing({ detail, remedy }))
  return fail(new InvalidRequest({ detail: `${detail} ${remedy}`.trim() }))
}

const invalid = (operation: string, detail: string): SandboxError => new SandboxError({ operation, reason: new InvalidRequest({ detail }) })
