import type { Context, MiddlewareHandler } from "hono"
import type { ApiEnv } from "./ApiScope.ts"
import type { ApiSettings } from "./ApiSettings.ts"
import { problem } from "./problem.ts"
import { isSameSecret } from "./signature.ts"

const bearer = (c: Context): string | null => /^Bearer ([\x21-\x7e]{1,512})$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null

const isOperator = async (c: Context, { apiToken }: ApiSettings): Promise<boolean> => {
  const given = bearer(c)
  return apiToken !== null && given !== null && isSameSecret(apiToken, given)
}

const refused = (c: Context, settings: ApiSettings): Response => {
  c.header("www-authenticate", 'Bearer realm="loom"')
  return problem(c, {
    status: 401,
    code: "unauthorized",
    title: "Unauthorized",
    detail: "This needs the operator's token.",
    remedy:
      settings.apiToken === null
        ? "Set LOOM_API_TOKEN in the Worker's secrets, then send it as `Authorization: Bearer`."
        : "Send LOOM_API_TOKEN as `Authorization: Bearer`.",
  })
}

/** Writes need the operator's token; without one configured nobody may write. */
export const mayWrite: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const settings = c.env.settings
  return (await isOperator(c, settings)) ? next() : refused(c, settings)
}

/** Reads are open only where the operator said so. */
export const mayRead: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const settings = c.env.settings
  return settings.publicStatus || (await isOperator(c, settings)) ? next() : refused(c, settings)
}
