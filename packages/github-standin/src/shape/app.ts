import type { InstallationRecord } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"
import { simpleUser } from "./user.ts"

/** `integration`: the App itself. */
export function appShape(world: World) {
  const { app } = world
  const owner = world.store.userByLogin(APP_OWNER) ?? world.store.state.users[0]
  if (!owner) throw new Error("the stand-in has no user that could own the App")
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    client_id: app.clientId,
    owner: simpleUser(world, owner),
    name: app.name,
    description: "",
    external_url: `${world.url}/apps/${app.slug}`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: owner.createdAt,
    updated_at: owner.createdAt,
    permissions: app.permissions,
    events: app.events,
  }
}

export const APP_OWNER = "loom-maintainer"

export const selectionOf = (world: World, installation: InstallationRecord): "all" | "selected" =>
  world.store.state.repositories.some((repository) => repository.ownerId === installation.accountId && !repository.installed)
    ? "selected"
    : "all"

export function installationShape(world: World, installation: InstallationRecord) {
  const account = world.store.user(installation.accountId)
  return {
    id: installation.id,
    client_id: world.app.clientId,
    account: simpleUser(world, account),
    repository_selection: selectionOf(world, installation),
    access_tokens_url: `${world.url}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: world.app.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt === null ? null : simpleUser(world, account),
    suspended_at: installation.suspendedAt,
  }
}

export const viaApp = (world: World, isViaApp: boolean) => (isViaApp ? appShape(world) : null)
