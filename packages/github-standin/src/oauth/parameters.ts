import type { RouteContext } from "../http/env.ts"

/** An error that GitHub answers with status 200. https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors */
export const refusal = (error: string, error_description: string) => ({
  error,
  error_description,
  error_uri: "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/",
})

export const fieldsOf = (form: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(form).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])))

/** A form or JSON, as GitHub takes both. */
export async function parametersOf(c: RouteContext): Promise<Record<string, string>> {
  if (!(c.req.header("content-type") ?? "").includes("json")) return fieldsOf(await c.req.parseBody())
  try {
    return fieldsOf((await c.req.json()) as Record<string, unknown>)
  } catch {
    return {}
  }
}
