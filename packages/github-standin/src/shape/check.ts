import { readCommit } from "../git/commits.ts"
import type { CheckRunRecord, CheckSuiteRecord, RepositoryRecord, StatusRecord } from "../store/records.ts"
import { nodeId, type World } from "../world.ts"
import { appShape } from "./app.ts"
import { minimalPull, pullsOf } from "./pull.ts"
import { simpleRepository } from "./repository.ts"
import { simpleUser, simpleUserById } from "./user.ts"

/** Open pull requests whose head is this commit. */
const pullsAt = (world: World, repository: RepositoryRecord, sha: string) =>
  pullsOf(world, repository)
    .filter((issue) => issue.state === "open" && issue.pull.headSha === sha)
    .map((issue) => minimalPull(world, repository, issue))

export function checkRunShape(world: World, repository: RepositoryRecord, run: CheckRunRecord) {
  const url = `${world.apiUrl(repository)}/check-runs/${run.id}`
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CR", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${world.htmlUrl(repository)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${world.url}/apps/${world.app.slug}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.output.title,
      summary: run.output.summary,
      text: run.output.text,
      annotations_count: run.output.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appShape(world),
    pull_requests: pullsAt(world, repository, run.headSha),
  }
}

const runsOf = (world: World, suite: CheckSuiteRecord): Array<CheckRunRecord> =>
  world.store.state.checkRuns.filter((run) => run.suiteId === suite.id)

/** A suite sums up its runs: completed when all are, and as bad as the worst of them. */
export function suiteOutcome(world: World, suite: CheckSuiteRecord): { readonly status: string; readonly conclusion: string | null } {
  const runs = runsOf(world, suite)
  if (runs.length === 0) return { status: "queued", conclusion: null }
  if (runs.some((run) => run.status !== "completed"))
    return { status: runs.some((run) => run.status === "in_progress") ? "in_progress" : "queued", conclusion: null }
  const worst = ["failure", "timed_out", "action_required", "cancelled", "success", "neutral", "skipped"].find((conclusion) =>
    runs.some((run) => run.conclusion === conclusion),
  )
  return { status: "completed", conclusion: worst ?? "success" }
}

/** Fields that REST and webhooks share. */
export function suiteCore(world: World, repository: RepositoryRecord, suite: CheckSuiteRecord) {
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteOutcome(world, suite),
    url: `${world.apiUrl(repository)}/check-suites/${suite.id}`,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsAt(world, repository, suite.headSha),
    app: appShape(world),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  }
}

export async function checkSuiteShape(world: World, repository: RepositoryRecord, suite: CheckSuiteRecord) {
  const commit = await readCommit(world.bare(repository), suite.headSha)
  return {
    ...suiteCore(world, repository, suite),
    repository: simpleRepository(world, repository),
    latest_check_runs_count: runsOf(world, suite).length,
    check_runs_url: `${world.apiUrl(repository)}/check-suites/${suite.id}/check-runs`,
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    rerequestable: true,
    runs_rerequestable: true,
  }
}

export function annotationShape(world: World, repository: RepositoryRecord, run: CheckRunRecord, annotation: Record<string, unknown>) {
  const path = String(annotation.path)
  return {
    path,
    start_line: annotation.start_line,
    end_line: annotation.end_line,
    start_column: annotation.start_column ?? null,
    end_column: annotation.end_column ?? null,
    annotation_level: annotation.annotation_level,
    title: annotation.title ?? "",
    message: annotation.message,
    raw_details: annotation.raw_details ?? "",
    blob_href: `${world.htmlUrl(repository)}/blob/${run.headSha}/${path}`,
  }
}

export function statusShape(world: World, repository: RepositoryRecord, status: StatusRecord) {
  const creator = world.store.user(status.creatorId)
  return {
    url: `${world.apiUrl(repository)}/statuses/${status.sha}`,
    avatar_url: simpleUser(world, creator).avatar_url,
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: simpleUserById(world, status.creatorId),
  }
}
