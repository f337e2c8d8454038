import { generateKey, printPrivateKey, printPublicKey, publicKeyOf } from "@loom/core/domain/ProofKey"

/**
 * A new key for LOOM_PROOF_KEY. The private half is all there is on `out`, so that it can be piped to where it belongs and seen
 * nowhere; what may be seen goes to `notes`.
 */
export const keygen = async (out: (text: string) => void, notes: (text: string) => void): Promise<number> => {
  const key = generateKey()
  const half = await publicKeyOf(key)
  out(`${printPrivateKey(key)}\n`)
  notes(
    [
      "A new key for proofs. Its private half is the line on standard output; Loom keeps no copy of it.",
      "Set it: npm run -s loom -- keygen | npx wrangler secret put LOOM_PROOF_KEY",
      "When it takes the place of another one, add that one's public half to LOOM_PROOF_OLD_KEYS.",
      "",
      `Key id ${half.keyId}`,
      printPublicKey(half),
    ].join("\n"),
  )
  return 0
}
