import { permissionsOfRole } from "../auth/roles.ts"
import type { RepositoryRecord, RepositoryRole } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"
import { simpleUser } from "./user.ts"

const SUB_RESOURCES = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
} as const

type SubResourceUrls = { [Key in keyof typeof SUB_RESOURCES]: string }

/** What `minimal-repository` needs: names and links. */
export function simpleRepository(world: World, repository: RepositoryRecord) {
  const url = world.apiUrl(repository)
  const links = Object.fromEntries(Object.entries(SUB_RESOURCES).map(([key, path]) => [key, url + path])) as SubResourceUrls
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: world.fullName(repository),
    private: repository.private,
    owner: simpleUser(world, world.ownerOf(repository)),
    html_url: world.htmlUrl(repository),
    description: null,
    fork: false,
    url,
    ...links,
  }
}

/** `repository`, as lists, pull requests and webhooks carry it. */
export function repositoryShape(world: World, repository: RepositoryRecord, role?: RepositoryRole) {
  const html = world.htmlUrl(repository)
  const openIssues = world.store.state.issues.filter((issue) => issue.repositoryId === repository.id && issue.state === "open").length
  return {
    ...simpleRepository(world, repository),
    git_url: `git://${html.replace(/^https?:\/\//, "")}.git`,
    ssh_url: `git@${new URL(world.url).hostname}:${world.fullName(repository)}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 1,
    default_branch: repository.defaultBranch,
    open_issues_count: openIssues,
    open_issues: openIssues,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    visibility: repository.private ? "private" : "public",
    allow_forking: true,
    web_commit_signoff_required: false,
    pushed_at: repository.pushedAt,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    ...(role ? { permissions: permissionsOfRole(role) } : {}),
  }
}

/** `full-repository`, the answer of `GET /repos/{owner}/{repo}`. */
export function fullRepository(world: World, repository: RepositoryRecord, role?: RepositoryRole) {
  const owner = world.ownerOf(repository)
  return {
    ...repositoryShape(world, repository, role),
    temp_clone_token: null,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    ...(owner.type === "Organization" ? { organization: simpleUser(world, owner) } : {}),
    subscribers_count: 0,
    network_count: 0,
  }
}
