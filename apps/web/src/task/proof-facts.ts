/** What the page shows of a proof. Strings come from the document and are shown as text. */
export interface ProofFacts {
  readonly loom: string
  readonly runId: string
  readonly patch: string
  readonly base: string
  readonly head: string
  readonly testRuns: number
  readonly models: string
  readonly keys: string
}

const at = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>((inner, name) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, name) : undefined), value)

const text = (value: unknown): string => (typeof value === "string" && value !== "" ? value : "not said")

const decode = (base64: unknown): unknown => {
  if (typeof base64 !== "string") return undefined
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes))
}

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0)

const countRuns = (tests: unknown): number =>
  typeof tests === "object" && tests !== null ? 2 + lengthOf(at(tests, "baseReruns")) + lengthOf(at(tests, "reruns")) : 0

/** What a proof says (docs/proof.md: a DSSE envelope around an in-toto statement); null when it is no such thing. Nothing is verified here. */
export const proofFacts = (envelope: string): ProofFacts | null => {
  try {
    const outer: unknown = JSON.parse(envelope)
    const predicate = at(decode(at(outer, "payload")), "predicate")
    if (predicate === undefined) return null
    const models: unknown = at(predicate, "models")
    const names = typeof models === "object" && models !== null ? Object.values(models).flat() : []
    const signatures: unknown = at(outer, "signatures")
    const keys = Array.isArray(signatures) ? signatures.map((signature: unknown) => text(at(signature, "keyid"))) : []
    const note = at(predicate, "modelNote")
    return {
      loom: text(at(predicate, "loom")),
      runId: text(at(predicate, "runId")),
      patch: `sha256:${text(at(predicate, "patch", "sha256"))}`,
      base: `${text(at(predicate, "base", "branch"))} ${text(at(predicate, "base", "commit"))}`,
      head: `${text(at(predicate, "head", "branch"))} ${text(at(predicate, "head", "commit"))}`,
      testRuns: countRuns(at(predicate, "tests")),
      models: [...new Set(names.map(text)), ...(typeof note === "string" ? [note] : [])].join(", ") || "none",
      keys: keys.join(", ") || "nothing",
    }
  } catch {
    return null
  }
}
