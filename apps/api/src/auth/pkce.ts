import { Redacted } from "effect"
import { utf8 } from "@loom/core/domain/base64"
import { base64Url } from "./cookies.ts"

const digest = async (text: string): Promise<string> => base64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))))

/**
 * The verifier of a sign-in (RFC 7636), made from its state by the deployment's secret: nobody else can, and so neither a cookie
 * nor a table has to keep it. 43 characters.
 */
export const verifierOf = async (secret: Redacted.Redacted<string>, state: string): Promise<string> => {
  const key = await crypto.subtle.importKey("raw", utf8(Redacted.value(secret)), { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  return base64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(`loom pkce ${state}`))))
}

/** S256 */
export const challengeOf = digest
