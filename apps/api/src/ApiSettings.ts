import type { Redacted } from "effect"
import type { PublicKey } from "@loom/core/domain/ProofKey"

/** What the edge must know. Made by the composition root from the Worker's environment. */
export interface ApiSettings {
  readonly webhookSecret: Redacted.Redacted<string>
  readonly controlLabel: string
  /** Null: every write is refused (fail closed), and every read unless `publicStatus`. */
  readonly apiToken: Redacted.Redacted<string> | null
  /** Reads need no token. */
  readonly publicStatus: boolean
  readonly version: string
  /** The public keys of this Loom's proofs, the present one first. */
  readonly proofKeys: () => Promise<ReadonlyArray<PublicKey>>
}
