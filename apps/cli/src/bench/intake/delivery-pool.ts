import { createHmac, type BinaryLike } from "node:crypto"
import { createRequire } from "node:module"
import { Schema } from "effect"

/** Signed deliveries that differ in issue number and GUID only. Bodies are put together on demand: 100,000 of them would be 1.2 GB. */
export interface DeliveryPool {
  readonly secret: string
  /** A body is these, joined by its issue number. */
  readonly parts: ReadonlyArray<string>
  /** `X-Hub-Signature-256` without its prefix, 64 hex digits each; by index. */
  readonly signatures: ReadonlyArray<string>
}

export const webhookSecret = "a secret of the benchmark's own"

/** Seven digits for every index, so that all bodies are equally long. */
const firstIssue = 1_000_000
/** Stands where the number belongs; nothing in the payload looks like it. */
const placeholder = "7777777"

export const issueNumberOf = (index: number): number => firstIssue + index
export const guidOf = (index: number): string => `00000000-0000-4000-8000-00000${issueNumberOf(index)}`
export const bodyOf = (pool: Pick<DeliveryPool, "parts">, index: number): string => pool.parts.join(String(issueNumberOf(index)))

const Labeled = Schema.Struct({
  action: Schema.Literal("labeled"),
  issue: Schema.StructWithRest(Schema.Struct({ number: Schema.Int }), [Schema.Record(Schema.String, Schema.Unknown)]),
  label: Schema.StructWithRest(Schema.Struct({ name: Schema.String }), [Schema.Record(Schema.String, Schema.Unknown)]),
})
const Payload = Schema.StructWithRest(Labeled, [Schema.Record(Schema.String, Schema.Unknown)])
const Examples = Schema.Array(Schema.Struct({ name: Schema.String, examples: Schema.Array(Schema.Unknown) }))

/** GitHub's own example of `issues.labeled` (11.8 KB), with Loom's label and an installation, cut at the issue's number. */
export const labeledTemplate = (): ReadonlyArray<string> => {
  const examples = Schema.decodeUnknownSync(Examples)(createRequire(import.meta.url)("@octokit/webhooks-examples"))
  const found = examples.find(({ name }) => name === "issues")?.examples.find(Schema.is(Payload))
  if (found === undefined) throw new Error("@octokit/webhooks-examples has no example of issues.labeled any more")
  const { issue, label, ...rest } = found
  const payload = {
    ...rest,
    issue: { ...issue, number: Number(placeholder) },
    label: { ...label, name: "loom:ready" },
    installation: { id: 5 },
  }
  return JSON.stringify(payload).replaceAll(`/issues/${issue.number}`, `/issues/${placeholder}`).split(placeholder)
}

export const sign = (secret: string, body: BinaryLike): string => createHmac("sha256", secret).update(body).digest("hex")

export const makeDeliveryPool = (count: number, secret: string = webhookSecret): DeliveryPool => {
  const parts = labeledTemplate()
  return { secret, parts, signatures: Array.from({ length: count }, (_, index) => sign(secret, bodyOf({ parts }, index))) }
}

/** Headers of the delivery at `index`, as GitHub sends them. */
export const headersOf = (pool: DeliveryPool, index: number): Readonly<Record<string, string>> => ({
  "content-type": "application/json",
  "user-agent": "GitHub-Hookshot/bench",
  "x-github-event": "issues",
  "x-github-delivery": guidOf(index),
  "x-hub-signature-256": `sha256=${pool.signatures[index] ?? ""}`,
})
