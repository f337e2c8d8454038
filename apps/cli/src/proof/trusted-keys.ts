import { readFile } from "node:fs/promises"
import { Schema } from "effect"
import { parsePublicKey, type PublicKey, publicKeyOf } from "@loom/core/domain/ProofKey"
import { BadInput } from "../CliError.ts"
import { fetchBytes } from "./fetch-bytes.ts"
import { localKeyFile, readLocalKey } from "./local-key.ts"

export interface TrustedKeys {
  readonly keys: ReadonlyArray<PublicKey>
  /** For people: where they came from, and what that is worth. */
  readonly source: string
}

const ServedKeys = Schema.fromJsonString(Schema.Struct({ keys: Schema.Array(Schema.Struct({ spki: Schema.String })) }))

/** A file with one Ed25519 public key, as `loom keygen` prints it or as a Loom serves it. */
export const keysOfFile = async (path: string): Promise<TrustedKeys> => {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new BadInput({ detail: `The key ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}` })
  })
  const key = await parsePublicKey(text)
  if (key === null)
    throw new BadInput({ detail: `${path} holds no Ed25519 public key: give PEM (SubjectPublicKeyInfo), its body alone, or a JWK.` })
  return { keys: [key], source: path }
}

/** What the Loom at `origin` says of itself. */
export const keysOfServer = async (origin: string): Promise<TrustedKeys> => {
  const url = `${origin}/api/v1/proof-key`
  const bytes = await fetchBytes(url, null)
  const decoded = Schema.decodeOption(ServedKeys)(new TextDecoder().decode(bytes ?? new Uint8Array()))
  if (decoded._tag === "None") throw new BadInput({ detail: `${url} lists no keys. Give the public key with --key <file>.` })
  const keys = await Promise.all(decoded.value.keys.map(({ spki }) => parsePublicKey(spki)))
  return {
    keys: keys.filter((key) => key !== null),
    source: `${origin} itself: this shows that the proof is that server's, not whose server it is; give --key for that`,
  }
}

/** Of the worlds that were started in this repository. */
export const keysOfThisMachine = async (root: string): Promise<TrustedKeys | null> => {
  const key = readLocalKey(root)
  return key === null ? null : { keys: [await publicKeyOf(key)], source: `${localKeyFile(root)}, the key of this machine` }
}
