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
    reason: "GitHub describes general refusals only for some operations, though every one may answer so (docs: Troubleshooting the REST API). Their body is still judged as basic-error.",
  },
  {
    operation: /^(push|check-)/,
    where: "webhook",
    message: /email must match format "email"/,
    reason: "Addresses of bots hold brackets (`1+loom[bot]@users.noreply.github.com`), which the `email` format refuses. GitHub sends them.",
  },
]
