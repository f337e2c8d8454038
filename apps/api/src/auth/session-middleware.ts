import type { Hono } from "hono"
import type { ApiEnv } from "../ApiScope.ts"
import { doorLimited } from "./limit.ts"
import { rotateSession } from "./rotate-session.ts"
import { ownPagesOnly } from "./same-origin.ts"

/** What every request passes that may come with a cookie. Before all routes of `/api` and `/auth`. */
export const sessionMiddleware = (app: Hono<ApiEnv>): void => {
  for (const path of ["/api/*", "/auth/*"]) {
    app.use(path, rotateSession)
    app.use(path, ownPagesOnly)
  }
  app.use("/auth/*", doorLimited)
}
