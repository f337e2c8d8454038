import { forbidden, requiresAuthentication } from "../http/errors.ts"
import type { RouteContext } from "../http/env.ts"
import type { InstallationRecord, InstallationTokenRecord, UserRecord } from "../store/records.ts"
import type { Author, World } from "../world.ts"

/** Who a request comes from. */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app" }
  | { readonly kind: "installation"; readonly token: InstallationTokenRecord; readonly installation: InstallationRecord }
  | { readonly kind: "user"; readonly user: UserRecord; /** Through the App, which narrows what is seen. */ readonly viaApp?: true }

/** The author of what a request writes. */
export function authorOf(world: World, actor: Actor): Author {
  if (actor.kind === "user") return { user: actor.user, viaApp: actor.viaApp ?? false }
  if (actor.kind === "installation") return world.bot()
  throw requiresAuthentication()
}

/** Routes that take only the App's JSON web token. */
export function requireApp(c: RouteContext): void {
  if (c.var.actor.kind === "app") return
  throw c.var.actor.kind === "anonymous" ? requiresAuthentication() : forbidden("A JSON web token could not be decoded")
}

export function requireInstallation(c: RouteContext): Extract<Actor, { kind: "installation" }> {
  const { actor } = c.var
  if (actor.kind === "installation") return actor
  throw actor.kind === "anonymous"
    ? requiresAuthentication()
    : forbidden("You must authenticate with an installation access token in order to list repositories for an installation.")
}
