import type { Hono } from "hono"
import type { ApiEnv } from "../ApiScope.ts"
import { accountRoutes } from "./accounts.ts"
import { deviceRoutes } from "./device.ts"
import { doorLimited } from "./limit.ts"
import { meRoutes } from "./me.ts"
import { rotateSession } from "./rotate-session.ts"
import { ownPagesOnly } from "./same-origin.ts"
import { signInRoutes } from "./sign-in.ts"

/** What every request passes that may come with a cookie. Before all routes of `/api` and `/auth`. */
export const sessionMiddleware = (app: Hono<ApiEnv>): void => {
  for (const path of ["/api/*", "/auth/*"]) {
    app.use(path, rotateSession)
    app.use(path, ownPagesOnly)
  }
  app.use("/auth/*", doorLimited)
}

export const authRoutes = (app: Hono<ApiEnv>): void => {
  signInRoutes(app)
  deviceRoutes(app)
  meRoutes(app)
  accountRoutes(app)
}
