import { Context, type Effect } from "effect"

/** Signs proofs with this Loom's key, which stays where it is. */
export class ProofSigner extends Context.Service<
  ProofSigner,
  {
    /** sha-256, hex, of the public key's SubjectPublicKeyInfo. */
    readonly keyId: string
    /** 64 bytes, Ed25519: the same message gives the same signature. */
    readonly sign: (message: Uint8Array<ArrayBuffer>) => Effect.Effect<Uint8Array<ArrayBuffer>>
  }
>()("@loom/core/ports/ProofSigner") {}
