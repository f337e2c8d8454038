import type { UserRecord } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"

/** `simple-user`. */
export function simpleUser(world: World, user: UserRecord) {
  const login = encodeURIComponent(user.login)
  const url = `${world.url}/users/${login}`
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type === "Organization" ? "O" : user.type === "Bot" ? "BOT" : "U", user.id),
    avatar_url: `${world.url}/avatars/u/${user.id}`,
    gravatar_id: "",
    url,
    html_url: user.type === "Bot" ? `${world.url}/apps/${world.app.slug}` : `${world.url}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    user_view_type: "public",
    site_admin: false,
  }
}

export const simpleUserById = (world: World, id: number | null) => (id === null ? null : simpleUser(world, world.store.user(id)))

/** `public-user`, the profile. */
export function publicUser(world: World, user: UserRecord) {
  return {
    ...simpleUser(world, user),
    name: null,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: world.store.state.repositories.filter((repository) => repository.ownerId === user.id && !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  }
}
