import { installationShape } from "../shape/app.ts"
import { repositoryShape } from "../shape/repository.ts"
import { simpleUser } from "../shape/user.ts"
import type { InstallationRecord, RepositoryRecord } from "../store/records.ts"
import { nodeId, type Author, type World } from "../world.ts"

/** An event of a repository, to the App if it is installed there and subscribed. https://docs.github.com/webhooks/webhook-events-and-payloads */
export function emit(world: World, event: string, repository: RepositoryRecord, author: Author, fields: Record<string, unknown>): void {
  const installation = world.store.installationOf(repository)
  if (!installation || installation.suspendedAt !== null || !world.app.events.includes(event)) return
  const owner = world.ownerOf(repository)
  world.deliveries.send({
    event,
    payload: {
      ...fields,
      repository: event === "push" ? pushRepository(world, repository) : repositoryShape(world, repository),
      ...(owner.type === "Organization" ? { organization: organizationShape(world, repository) } : {}),
      sender: simpleUser(world, author.user),
      installation: { id: installation.id, node_id: nodeId("IN", installation.id) },
    },
  })
}

/** `installation` and `installation_repositories`: sent to every App, subscribed or not. */
export function emitInstallation(
  world: World,
  event: "installation" | "installation_repositories",
  installation: InstallationRecord,
  fields: Record<string, unknown>,
): void {
  const account = world.store.user(installation.accountId)
  world.deliveries.send({
    event,
    payload: { ...fields, installation: installationShape(world, installation), sender: simpleUser(world, account) },
  })
}

/** The few fields `installation` events give of a repository. */
export const installedRepository = (world: World, repository: RepositoryRecord) => ({
  id: repository.id,
  node_id: nodeId("R", repository.id),
  name: repository.name,
  full_name: world.fullName(repository),
  private: repository.private,
})

function organizationShape(world: World, repository: RepositoryRecord) {
  const owner = world.ownerOf(repository)
  const url = `${world.url}/orgs/${owner.login}`
  return {
    login: owner.login,
    id: owner.id,
    node_id: nodeId("O", owner.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/u/${owner.id}`,
    description: "",
  }
}

/** In `push`, unlike anywhere else, times are seconds since 1970 and the owner has a name. */
function pushRepository(world: World, repository: RepositoryRecord) {
  const shape = repositoryShape(world, repository)
  const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000)
  return {
    ...shape,
    owner: { ...shape.owner, name: shape.owner.login, email: null },
    created_at: seconds(repository.createdAt),
    pushed_at: seconds(repository.pushedAt),
    stargazers: 0,
    master_branch: repository.defaultBranch,
  }
}

/** The first message of a webhook. https://docs.github.com/webhooks/webhook-events-and-payloads#ping */
export function ping(world: World): void {
  const { state } = world.store
  world.deliveries.send({
    event: "ping",
    payload: {
      zen: "Keep it logically awesome.",
      hook_id: world.app.id,
      hook: {
        type: "App",
        id: world.app.id,
        name: "web",
        active: true,
        events: world.app.events,
        config: { content_type: "json", insecure_ssl: "0", secret: "********", url: state.webhookUrl ?? "" },
        updated_at: world.now(),
        created_at: world.now(),
        app_id: world.app.id,
        deliveries_url: `${world.url}/app/hook/deliveries`,
      },
    },
  })
}
