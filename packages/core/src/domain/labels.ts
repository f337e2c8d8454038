import type { LabelSpec } from "../ports/GitHub.ts"

/** What people set (product.md "Labels"). `ready` may be renamed by the operator or in `.github/loom.yml`. */
export const controlLabels = {
  ready: "loom:ready",
  plan: "loom:plan",
  approved: "loom:approved",
} as const

/** What Loom sets, exactly one at a time. */
export const statusLabels = {
  queued: "loom:queued",
  working: "loom:working",
  needsInput: "loom:needs-input",
  awaitingApproval: "loom:awaiting-approval",
  blocked: "loom:blocked",
  prOpen: "loom:pr-open",
  failed: "loom:failed",
} as const
export type StatusLabel = (typeof statusLabels)[keyof typeof statusLabels]

/** Every status label: the `all` of `GitHub.setStatusLabel`. */
export const statusLabelNames: ReadonlyArray<StatusLabel> = Object.values(statusLabels)

/** Labels as GitHub takes them: six hex digits, descriptions of at most 100 characters. `ready` is the control label in use. */
export const loomLabels = (ready: string = controlLabels.ready): ReadonlyArray<LabelSpec> => [
  { name: ready, color: "5319e7", description: "Ask Loom to resolve this issue. Remove it to stop." },
  { name: controlLabels.plan, color: "7057ff", description: "Ask Loom for a plan first; it waits for approval." },
  { name: controlLabels.approved, color: "0e8a16", description: "Approve Loom's plan." },
  { name: statusLabels.queued, color: "c5def5", description: "Loom will start soon." },
  { name: statusLabels.working, color: "1d76db", description: "Loom is working on this issue." },
  { name: statusLabels.needsInput, color: "fbca04", description: "Loom asked a question and waits for an answer." },
  { name: statusLabels.awaitingApproval, color: "fbca04", description: "Loom's plan waits for approval." },
  { name: statusLabels.blocked, color: "d93f0b", description: "Loom cannot go on until something outside is mended." },
  { name: statusLabels.prOpen, color: "0e8a16", description: "Loom opened a draft pull request." },
  { name: statusLabels.failed, color: "b60205", description: "Loom stopped; its comment says why and what to do." },
]

/** Those of them that people set: in a new repository there must be something to choose. */
export const askingLabels = (ready: string): ReadonlyArray<LabelSpec> => {
  const asking: ReadonlyArray<string> = [ready, controlLabels.plan, controlLabels.approved]
  return loomLabels(ready).filter(({ name }) => asking.includes(name))
}
