import { toHex } from "@loom/core/domain/base64"

/** `<kind>_` and 96 random bits: names a thing without giving it away. */
export const newId = (kind: "tok" | "ses"): string => `${kind}_${toHex(crypto.getRandomValues(new Uint8Array(12)))}`
