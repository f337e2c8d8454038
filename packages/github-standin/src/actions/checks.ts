import { checkRunShape, suiteCore, suiteOutcome } from "../shape/check.ts"
import { repositoryShape } from "../shape/repository.ts"
import type { CheckRunRecord, CheckSuiteRecord, RepositoryRecord } from "../store/records.ts"
import { emit } from "../webhooks/emit.ts"
import type { Author, World } from "../world.ts"
import { readCommit } from "../git/commits.ts"

/** The App's one suite of a commit, made when the commit is pushed or first checked. */
export function ensureSuite(
  world: World,
  repository: RepositoryRecord,
  headSha: string,
  headBranch: string | null,
  before: string | null,
): CheckSuiteRecord {
  const known = world.store.state.checkSuites.find((suite) => suite.repositoryId === repository.id && suite.headSha === headSha)
  if (known) return known
  const now = world.now()
  const suite: CheckSuiteRecord = {
    id: world.store.nextId(),
    repositoryId: repository.id,
    headSha,
    headBranch,
    before,
    createdAt: now,
    updatedAt: now,
  }
  world.store.state.checkSuites.push(suite)
  world.store.touch()
  return suite
}

export async function emitSuite(
  world: World,
  repository: RepositoryRecord,
  suite: CheckSuiteRecord,
  author: Author,
  action: "requested" | "completed",
): Promise<void> {
  const commit = await readCommit(world.bare(repository), suite.headSha)
  emit(world, "check_suite", repository, author, {
    action,
    check_suite: {
      ...suiteCore(world, repository, suite),
      latest_check_runs_count: world.store.state.checkRuns.filter((run) => run.suiteId === suite.id).length,
      check_runs_url: `${world.apiUrl(repository)}/check-suites/${suite.id}/check-runs`,
      head_commit: {
        id: commit.sha,
        tree_id: commit.tree,
        message: commit.message,
        timestamp: commit.committer.date,
        author: { name: commit.author.name, email: commit.author.email },
        committer: { name: commit.committer.name, email: commit.committer.email },
      },
    },
  })
}

/** `check_run` carries its suite and, unlike REST, the repository's name in it. */
export async function emitCheckRun(
  world: World,
  repository: RepositoryRecord,
  run: CheckRunRecord,
  author: Author,
  action: "created" | "completed",
): Promise<void> {
  const suite = world.store.state.checkSuites.find((candidate) => candidate.id === run.suiteId)
  if (!suite) return
  const core = suiteCore(world, repository, suite)
  emit(world, "check_run", repository, author, {
    action,
    check_run: { ...checkRunShape(world, repository, run), check_suite: { ...core, repository: repositoryShape(world, repository) } },
  })
  if (action === "completed" && suiteOutcome(world, suite).status === "completed")
    await emitSuite(world, repository, suite, author, "completed")
}
