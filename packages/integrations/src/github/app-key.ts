import { createPrivateKey } from "node:crypto"

/**
 * The App's key as PKCS#8 PEM, the only form WebCrypto reads. GitHub hands out PKCS#1; environments often hold it on one
 * line with `\n` written out, or in quotes. Throws without repeating any of the key.
 */
export const toPkcs8 = (pem: string): string => {
  const text = pem
    .trim()
    .replace(/^(["'])([\s\S]*)\1$/, "$2")
    .replace(/\\r/g, "")
    .replace(/\\n/g, "\n")
    .trim()
  try {
    return createPrivateKey({ key: text, format: "pem" }).export({ type: "pkcs8", format: "pem" }).toString()
  } catch {
    // OpenSSL's own words may quote the input.
    throw new Error(
      "the App's private key is no PEM of an RSA key; copy the whole file that GitHub gave, including its BEGIN and END lines",
    )
  }
}
