import type { Hono } from "hono"
import type { ApiEnv } from "../ApiScope.ts"
import { asyncApiDocument } from "./asyncapi.ts"
import { openApiDocument } from "./openapi.ts"
import { referencePage, referenceStyle } from "./reference.ts"

/** Made once per isolate, when it is first asked for. */
const once = (make: (version: string) => string | Promise<string>) => {
  let made: { readonly version: string; readonly text: string } | null = null
  return async (version: string): Promise<string> => {
    if (made?.version !== version) made = { version, text: await make(version) }
    return made.text
  }
}

const HOUR = "public, max-age=3600"
const PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The API, described by what serves it: for machines, and for people. Everybody may read it. */
export const documentRoutes = (app: Hono<ApiEnv>): void => {
  const openApi = once((version) => JSON.stringify(openApiDocument(version)))
  const asyncApi = once((version) => JSON.stringify(asyncApiDocument(version)))
  const page = once((version) => referencePage(openApiDocument(version)))
  const serve = (path: string, type: string, text: (version: string) => string | Promise<string>, headers: Record<string, string> = {}) =>
    app.get(path, async (c) => c.body(await text(c.env.settings.version), 200, { "content-type": type, "cache-control": HOUR, ...headers }))
  serve("/api/openapi.json", "application/json", openApi)
  serve("/api/asyncapi.json", "application/json", asyncApi)
  serve("/api/reference", "text/html; charset=utf-8", page, { "content-security-policy": PAGE_POLICY })
  serve("/api/reference.css", "text/css; charset=utf-8", () => referenceStyle)
}
