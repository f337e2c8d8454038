import type { Operation } from "../operation.ts"
import { problemCatalogue, type ProblemCode } from "../problems/catalogue.ts"

const KINDS: ReadonlyArray<readonly [(operation: Operation) => boolean, ReadonlyArray<ProblemCode>]> = [
  [() => true, ["internal"]],
  [({ access }) => access !== "public", ["unavailable"]],
  [({ access }) => access !== "public" && access !== "anyone", ["unauthorized", "account_blocked"]],
  [({ access }) => access === "account", ["no_account"]],
  [({ method }) => method !== "get", ["cross_site"]],
  [({ access }) => access === "write", ["insufficient_scope"]],
  [({ access }) => access === "operator", ["operators_only", "insufficient_scope"]],
  [({ params, query }) => params !== undefined || query !== undefined, ["bad_request"]],
  [({ body }) => body !== undefined, ["bad_json", "too_large", "unsupported_media_type", "validation_failed"]],
  [({ keyed, method }) => method === "post" && keyed !== false, ["bad_idempotency_key", "in_flight", "idempotency_key_reused"]],
  [({ limit }) => limit !== null, ["rate_limited"]],
]

/** Every problem an operation answers with, by status: its handler's, and those that come of how it is served. */
export const problemsOf = (operation: Operation): ReadonlyMap<number, ReadonlyArray<ProblemCode>> => {
  const codes = new Set([...operation.problems, ...KINDS.flatMap(([applies, added]) => (applies(operation) ? added : []))])
  const byStatus = new Map<number, Array<ProblemCode>>()
  for (const code of codes) {
    const { status } = problemCatalogue[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return new Map([...byStatus].toSorted(([a], [b]) => a - b))
}
