import { Effect, Schema } from "effect"
import { Plan, Work } from "../domain/Change.ts"
import { checkRunSummary } from "../domain/check-run-summary.ts"
import { commitMessage } from "../domain/commit-message.ts"
import { type Proof, sealProof } from "../domain/Proof.ts"
import { pullRequestBody, pullRequestTitle } from "../domain/pull-request-body.ts"
import { RunId } from "../domain/Ids.ts"
import { Recipe } from "../domain/Recipe.ts"
import { redact } from "../domain/redact.ts"
import { fullName } from "../domain/Repository.ts"
import { PullRequestRef, type RunInput } from "../domain/Run.ts"
import { Usage } from "../domain/Usage.ts"
import { Agents } from "../ports/Agents.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { GitHub } from "../ports/GitHub.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { Workspace } from "../ports/Workspace.ts"
import { inLivingBox } from "./code.ts"
import { restoreCheckpoint } from "./prepare.ts"
import { Admitted } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"
import { failed } from "./StageFailed.ts"
import { taskUrl } from "./tell.ts"
import { Verified } from "./verify.ts"

export const Published = Schema.Struct({ pullRequest: PullRequestRef, proofHash: Schema.String })
export type Published = typeof Published.Type

/**
 * Everything that is published. Kept per task from the moment the first push may happen: an attempt that dies in the middle
 * leaves its branch, or its pull request, to the next attempt of the same task, which makes the same commit and goes on.
 */
export const Publication = Schema.Struct({
  /** The run whose gate passed it. */
  provenBy: RunId,
  admitted: Admitted,
  recipe: Recipe,
  plan: Plan,
  work: Work,
  verified: Verified,
  reviewFindings: Schema.Array(Schema.String),
  model: Schema.String,
  usage: Usage,
  /** When the run was admitted, milliseconds: the commit's date, so that the same change is the same commit. */
  startedAt: Schema.Finite,
})
export type Publication = typeof Publication.Type

const publicationCodec = Schema.fromJsonString(Publication)
const publicationOf = (input: RunInput) => `tasks/${input.taskId}/publication.json`

/** What an earlier attempt of this task began to publish; null when none came so far. */
export const unfinishedPublication = Effect.fn("unfinishedPublication")(function* (input: RunInput) {
  const text = input.attempt > 1 ? yield* (yield* Artifacts).get(publicationOf(input)) : null
  return text === null ? null : yield* Schema.decodeEffect(publicationCodec)(text).pipe(Effect.orDie)
})

/** Commit, push, pull request, check run. Each is find-or-create by a stable key; all of it may run twice. */
export const publish = Effect.fn("publish")(function* (input: RunInput, what: Publication, key: string) {
  const { admitted, verified } = what
  const github = yield* GitHub
  const settings = yield* RunSettings
  const log = yield* RunLog
  const promptVersions = (yield* Agents).promptVersions
  const headSha = yield* inLivingBox({ ...what, input, checkpoint: verified.checkpoint }, key, commitAndPush(input, what, key))
  yield* log.say("info", `pushed ${headSha.slice(0, 12)} to ${admitted.branch}`)

  const proof: Proof = {
    version: 1,
    taskId: input.taskId,
    runId: what.provenBy,
    repository: fullName(input.repository),
    baseCommit: admitted.baseCommit,
    patchHash: verified.checkpoint.hash,
    recipe: what.recipe,
    comparison: verified.comparison,
    findings: verified.findings,
    models: [what.model],
    promptVersions,
    usage: what.usage,
  }
  const { text, hash } = yield* sealProof(proof)
  yield* (yield* Artifacts).put(`runs/${what.provenBy}/proof.json`, text)

  const opened = yield* github.upsertPullRequest(input.repository, {
    branch: admitted.branch,
    base: admitted.baseBranch,
    title: redact(pullRequestTitle(what.plan, admitted.issue.number)),
    body: redact(
      pullRequestBody({
        issueNumber: admitted.issue.number,
        baseIsDefault: admitted.baseBranch === admitted.defaultBranch,
        work: what.work,
        recipe: what.recipe,
        comparison: verified.comparison,
        gate: verified.gate,
        findings: verified.findings,
        reviewNotes: what.reviewFindings,
        template: admitted.pullRequestTemplate,
        taskId: input.taskId,
        taskUrl: taskUrl(settings.publicUrl, input.taskId),
        model: what.model,
        modelNote: settings.modelNote,
        usage: what.usage,
        promptVersions,
        proofHash: hash,
      }),
    ),
    draft: admitted.config.draft ?? true,
  })
  yield* log.say("info", `pull request #${opened.number}: ${opened.url}`)
  const check = checkRunSummary(verified.comparison, verified.gate)
  // The pull request is open: whatever GitHub refuses from here on is said and does not take it back.
  yield* github
    .upsertCheckRun(input.repository, {
      name: "loom/verify",
      headSha,
      externalId: what.provenBy,
      detailsUrl: taskUrl(settings.publicUrl, input.taskId),
      conclusion: check.conclusion,
      title: check.title,
      summary: redact(check.summary),
    })
    .pipe(Effect.catch((error) => log.say("warn", `the check run loom/verify was not written: ${error.message}`)))
  const reviewers = admitted.config.reviewers ?? []
  if (reviewers.length > 0) {
    yield* github
      .requestReviewers(input.repository, opened.number, reviewers)
      .pipe(Effect.catch((error) => log.say("warn", `reviewers were not requested: ${error.message}`)))
  }
  return {
    pullRequest: {
      number: opened.number,
      url: opened.url,
      draft: opened.draft,
      branch: admitted.branch,
      base: admitted.baseBranch,
      headSha,
    },
    proofHash: hash,
  } satisfies Published
})

/** Exactly the change the gate passed, and nothing else, becomes the commit. */
const commitAndPush = Effect.fn("commitAndPush")(function* (input: RunInput, what: Publication, key: string) {
  const { admitted, verified } = what
  const workspace = yield* Workspace
  yield* restoreCheckpoint(input, admitted, verified.checkpoint, `${key}.restore`)
  const change = yield* workspace.change(input.runId, `${key}.change`, admitted.baseCommit)
  if (change.hash !== verified.checkpoint.hash) {
    return yield* failed("transient", "publish", {
      code: "change_differs",
      reason: "The working tree is not the change that the gate passed, so it was not pushed.",
      remedy: "Loom tries again by itself.",
    })
  }
  const settings = yield* RunSettings
  yield* (yield* Artifacts).put(publicationOf(input), yield* Schema.encodeEffect(publicationCodec)(what).pipe(Effect.orDie))
  const sha = yield* workspace.commit(input.runId, `${key}.commit`, admitted.baseCommit, {
    branch: admitted.branch,
    message: redact(
      commitMessage({
        plan: what.plan,
        issueNumber: admitted.issue.number,
        summary: what.work.summary,
        requestedBy: { login: input.requestedBy },
        taskId: input.taskId,
      }),
    ),
    authorName: settings.bot.login,
    authorEmail: settings.bot.email,
    dateS: Math.floor(what.startedAt / 1000),
  })
  yield* workspace.push(input.runId, `${key}.push`, sha, admitted.branch, fullName(input.repository))
  return sha
})
