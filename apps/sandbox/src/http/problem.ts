import type { SandboxProblem, SandboxProblemCode } from "@loom/core/domain/SandboxProtocol"

const STATUS: Record<SandboxProblemCode, number> = {
  unauthorized: 401,
  route_not_found: 404,
  invalid_request: 400,
  body_too_large: 413,
  secret_in_request: 400,
  session_not_found: 404,
  exec_not_found: 404,
  exec_forgotten: 410,
  exec_conflict: 409,
  too_many_sessions: 429,
  too_many_execs: 429,
  isolation_missing: 503,
  file_not_found: 404,
  not_a_file: 409,
  not_a_directory: 409,
  file_refused: 422,
  internal: 500,
}

/** An answer that is not 2xx, thrown from anywhere below a route. */
export class HttpProblem extends Error {
  readonly body: SandboxProblem
  constructor(body: SandboxProblem) {
    super(`${body.detail}. ${body.remedy}`)
    this.body = body
  }
}

export const problem = (code: SandboxProblemCode, detail: string, remedy: string): HttpProblem =>
  new HttpProblem({ type: `urn:loom:sandbox:${code}`, title: code.replaceAll("_", " "), status: STATUS[code], code, detail, remedy })
