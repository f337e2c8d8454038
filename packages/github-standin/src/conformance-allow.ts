import type { Violation } from "./conformance.ts"

/** An excuse for a violation: a known bug of GitHub's description, never of the stand-in. */
export interface Allowance {
  /** Which operations or webhooks; absent: any. */
  readonly operation?: RegExp
  readonly where: Violation["where"]
  readonly message: RegExp
  readonly reason: string
}

export const allowances: ReadonlyArray<Allowance> = [
  {
    where: "response",
    message: /^status (401|403|404|422|429) is not described/,
    reason:
      "GitHub describes general refusals only for some operations, though every one may answer so (docs: Troubleshooting the REST API). Their body is still judged as basic-error.",
  },
  {
    operation: /^(push|check-)/,
    where: "webhook",
    message: /email must match format "email"/,
    reason:
      "Addresses of bots hold brackets (`1+loom[bot]@users.noreply.github.com`), which the `email` format refuses. GitHub sends them.",
  },
  {
    operation: /^apps\/list-installations$/,
    where: "response",
    message: /^\/\*\/account /,
    reason: "Here alone the account must be a user *and* an enterprise (`allOf`); `apps/get-installation` has `anyOf`, as GitHub answers.",
  },
  {
    operation: /^pulls\//,
    where: "response",
    message: /^(\/\*)?\/labels\/\*\/description must be string/,
    reason: "`pull-request-simple` forgets that a label's description may be null, as `label` and `pull-request` say.",
  },
  {
    operation: /^pulls\/.*review-comment/,
    where: "response",
    message: /^(\/\*)?\/(line|position) must be integer/,
    reason: "Both are null on outdated comments; the webhook schema of the same comment says so.",
  },
]
