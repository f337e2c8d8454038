import type { ContentfulStatusCode } from "hono/utils/http-status"

interface Kind {
  readonly status: ContentfulStatusCode
  readonly title: string
  /** What to do, where the place it happens knows nothing better. */
  readonly remedy: string
}

const LOOK = "Look at the task: GET /api/v1/tasks/{id}."
const BEGIN = "Begin again: POST /auth/device."
const AGAIN = "Try again in a few seconds."

/** Every problem the API answers with. Codes are stable: clients branch on them, so none is ever renamed or taken away. */
export const problemCatalogue = {
  bad_request: { status: 400, title: "Bad request", remedy: "Correct the parameters as GET /api/openapi.json describes them." },
  bad_json: { status: 400, title: "Not JSON", remedy: "Send one JSON object in UTF-8." },
  bad_idempotency_key: { status: 400, title: "Bad Idempotency-Key", remedy: "Send 1 to 255 printable ASCII characters, e.g. a UUID." },
  // Of the device flow, in the words of RFC 8628 section 3.5 and of GitHub.
  authorization_pending: {
    status: 400,
    title: "Not signed in",
    remedy: "Ask again after `interval` seconds: the code is not entered yet.",
  },
  slow_down: { status: 400, title: "Not signed in", remedy: "Wait five seconds longer between two questions." },
  expired_token: { status: 400, title: "Not signed in", remedy: BEGIN },
  access_denied: { status: 400, title: "Not signed in", remedy: BEGIN },
  incorrect_device_code: { status: 400, title: "Not signed in", remedy: BEGIN },
  device_flow_disabled: {
    status: 400,
    title: "Not signed in",
    remedy: "An owner of the GitHub App enables the device flow in its settings.",
  },
  sign_in_refused: { status: 400, title: "Not signed in", remedy: BEGIN },
  unauthorized: { status: 401, title: "Unauthorized", remedy: "Sign in, or send a token as `Authorization: Bearer`." },
  forbidden: { status: 403, title: "Forbidden", remedy: "Ask somebody with write access to the repository." },
  operators_only: { status: 403, title: "Operators only", remedy: "Ask an operator of this Loom." },
  insufficient_scope: { status: 403, title: "Insufficient scope", remedy: "Use a token that may write." },
  account_blocked: { status: 403, title: "Account blocked", remedy: "Ask whoever runs this Loom." },
  sign_in_needed: { status: 403, title: "Not with a token", remedy: "Sign in with a browser, or with `loom login`." },
  cross_site: { status: 403, title: "Not from here", remedy: "Send a token as `Authorization: Bearer`, or do it on Loom's own pages." },
  not_found: { status: 404, title: "Not found", remedy: "GET /api/v1/tasks lists the tasks there are." },
  repository_unknown: { status: 404, title: "Unknown repository", remedy: "Check the name, and that the App is installed on it." },
  issue_not_found: { status: 404, title: "No such issue", remedy: "Check the number, or send `title` and `body` to open an issue." },
  no_proof: { status: 404, title: "No proof", remedy: LOOK },
  no_plan: { status: 404, title: "No plan", remedy: LOOK },
  no_diff: { status: 404, title: "No change", remedy: LOOK },
  method_not_allowed: { status: 405, title: "Method not allowed", remedy: "Use one of the methods in `Allow`." },
  already_open: { status: 409, title: "Conflict", remedy: LOOK },
  same_intent: { status: 409, title: "Conflict", remedy: LOOK },
  unknown_task: { status: 409, title: "Conflict", remedy: LOOK },
  not_pending: { status: 409, title: "Conflict", remedy: LOOK },
  not_due: { status: 409, title: "Conflict", remedy: LOOK },
  no_slot: { status: 409, title: "Conflict", remedy: LOOK },
  no_attempt_left: { status: 409, title: "Conflict", remedy: LOOK },
  stale_run: { status: 409, title: "Conflict", remedy: LOOK },
  not_waiting: { status: 409, title: "Not waiting", remedy: LOOK },
  not_awaiting_approval: { status: 409, title: "Not awaiting approval", remedy: LOOK },
  awaiting_approval: { status: 409, title: "Awaiting approval", remedy: "POST /api/v1/tasks/{id}/approve goes on with the plan." },
  nothing_kept: { status: 409, title: "Nothing kept", remedy: "`retryFrom` of GET /api/v1/tasks/{id} names the stages there are." },
  being_cancelled: { status: 409, title: "Being cancelled", remedy: "Wait for its end; then retry makes a new task of it." },
  already_running: { status: 409, title: "Already running", remedy: "Cancel it first, or wait for its end." },
  already_ended: { status: 409, title: "Already ended", remedy: "POST /api/v1/tasks/{id}/retry makes a new task of it." },
  not_silent: { status: 409, title: "Conflict", remedy: LOOK },
  not_cancelling: { status: 409, title: "Conflict", remedy: LOOK },
  superseded: { status: 409, title: "Superseded", remedy: "Use the issue's newest task." },
  issue_closed: { status: 409, title: "Issue closed", remedy: "Reopen the issue first." },
  is_pull_request: { status: 409, title: "Not an issue", remedy: "Name an issue: Loom does not resolve pull requests." },
  no_account: { status: 409, title: "No account", remedy: "Sign in with GitHub to have one." },
  too_many_tokens: { status: 409, title: "Too many tokens", remedy: "Revoke one: DELETE /api/v1/me/tokens/{id}." },
  in_flight: { status: 409, title: "Still being answered", remedy: "Wait for the answer of the first request with this Idempotency-Key." },
  too_large: { status: 413, title: "Payload too large", remedy: "Send less: a body is at most 128 KiB." },
  unsupported_media_type: { status: 415, title: "Unsupported media type", remedy: "Send `Content-Type: application/json`." },
  validation_failed: { status: 422, title: "Not as described", remedy: "Correct the body as GET /api/openapi.json describes it." },
  idempotency_key_reused: { status: 422, title: "Idempotency-Key used before", remedy: "Use a new key for another request." },
  requester_missing: { status: 422, title: "Nobody to ask for", remedy: "Send `requestedBy`: the GitHub login whose permission counts." },
  refused_by_github: { status: 422, title: "Refused by GitHub", remedy: "Check the App's permissions on this repository." },
  rate_limited: { status: 429, title: "Too many requests", remedy: "Wait as long as `Retry-After` says." },
  internal: { status: 500, title: "Internal error", remedy: "Try again; if it stays, look for this request's id in the Worker's logs." },
  sign_in_not_configured: {
    status: 503,
    title: "Sign-in is not set up",
    remedy: "Its operator sets LOOM_GITHUB_CLIENT_ID and LOOM_GITHUB_CLIENT_SECRET (README, Sign-in).",
  },
  github_unavailable: { status: 503, title: "GitHub does not answer", remedy: AGAIN },
  unavailable: { status: 503, title: "Temporarily unavailable", remedy: AGAIN },
} as const satisfies Record<string, Kind>

export type ProblemCode = keyof typeof problemCatalogue
