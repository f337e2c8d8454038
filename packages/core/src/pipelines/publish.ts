import { Effect, Schema } from "effect"
import { patchKey } from "../domain/artifact-keys.ts"
import { checkRunSummary } from "../domain/check-run-summary.ts"
import { commitMessage } from "../domain/commit-message.ts"
import { patchCommand } from "../domain/patch-format.ts"
import { type Predicate, timestamp } from "../domain/Proof.ts"
import { pullRequestBody, pullRequestTitle } from "../domain/pull-request-body.ts"
import { redact } from "../domain/redact.ts"
import { fullName } from "../domain/Repository.ts"
import { PullRequestRef, type RunInput } from "../domain/Run.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { GitHub } from "../ports/GitHub.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { Workspace } from "../ports/Workspace.ts"
import { isBoxLost } from "./code.ts"
import { inFreshBox } from "./prepare.ts"
import { type Publication, settle } from "./Publication.ts"
import { RunLog } from "./RunLog.ts"
import { sealProof } from "./seal-proof.ts"
import { failed } from "./StageFailed.ts"
import { taskUrl } from "./tell.ts"

export const Published = Schema.Struct({ pullRequest: PullRequestRef, proofHash: Schema.String })
export type Published = typeof Published.Type

/** Commit, push, proof, pull request, check run. Each is find-or-create by a stable key; all of it may run twice. */
export const publish = Effect.fn("publish")(function* (input: RunInput, wanted: Publication, key: string) {
  const github = yield* GitHub
  const settings = yield* RunSettings
  const log = yield* RunLog
  const inBox = inFreshBox(input, wanted.admitted, null, wanted.verified.checkpoint, key, (box) => commitAndPush(input, wanted, box, key))
  const { headSha, tree, what } = yield* inBox.pipe(Effect.catchIf(isBoxLost, () => inBox))
  const { admitted, verified } = what
  yield* log.say("info", `pushed ${headSha.slice(0, 12)} to ${admitted.branch}`)

  const proof = yield* sealProof(predicateOf(input, what, { commit: headSha, tree }))
  yield* log.say("info", `proof: sha-256 ${proof.sha256}, signed with key ${proof.keyId}`)
  const proofUrl = `${settings.publicUrl}/api/v1/tasks/${encodeURIComponent(input.taskId)}/proof`

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
        modelNote: what.modelNote,
        usage: what.usage,
        promptVersions: Object.fromEntries(Object.entries(what.prompts).map(([role, { version }]) => [role, version])),
        proof: { sha256: proof.sha256, keyId: proof.keyId, url: proofUrl },
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
    proofHash: proof.sha256,
  } satisfies Published
})

/**
 * Exactly the change the gate passed, and nothing else, becomes the commit: made again from the base as GitHub has it, in a box in which
 * nothing of the repository ever ran. In the agent's box, objects and trees of `.git` may have been forged (decision 019).
 */
const commitAndPush = Effect.fn("commitAndPush")(function* (input: RunInput, wanted: Publication, box: string, key: string) {
  const { admitted, verified } = wanted
  const workspace = yield* Workspace
  const change = yield* workspace.change(box, `${key}.change`, admitted.baseCommit)
  if (change.hash !== verified.checkpoint.hash) {
    return yield* failed("transient", "publish", {
      code: "change_differs",
      reason: "On a clean clone the patch is not the change that the gate passed, so it was not pushed.",
      remedy: "Loom tries again by itself.",
    })
  }
  const settings = yield* RunSettings
  const what = yield* settle(input, wanted)
  yield* (yield* Artifacts).put(patchKey(what.provenBy, change.hash), change.patch)
  const headSha = yield* workspace.commit(box, `${key}.commit`, admitted.baseCommit, {
    branch: admitted.branch,
    message: redact(
      commitMessage({
        plan: what.plan,
        issueNumber: admitted.issue.number,
        summary: what.work.summary,
        requestedBy: { login: what.requestedBy },
        taskId: input.taskId,
      }),
    ),
    authorName: settings.bot.login,
    authorEmail: settings.bot.email,
    dateS: Math.floor(what.startedAt / 1000),
  })
  yield* workspace.push(box, `${key}.push`, headSha, admitted.branch, fullName(input.repository))
  return { headSha, tree: change.tree ?? null, what }
})

/** What the proof says. Everything comes from the run's own records: no clock, no setting that may be another one tomorrow. */
const predicateOf = (
  input: RunInput,
  what: Publication,
  { commit, tree }: { readonly commit: string; readonly tree: string | null },
): Predicate => {
  const { admitted, verified } = what
  return {
    loom: what.loom,
    taskId: input.taskId,
    runId: what.provenBy,
    repository: fullName(input.repository),
    issue: admitted.issue.number,
    requestedBy: what.requestedBy,
    base: { branch: admitted.baseBranch, commit: admitted.baseCommit },
    head: { branch: admitted.branch, commit, tree },
    patch: { sha256: verified.checkpoint.hash, command: patchCommand(admitted.baseCommit, commit), files: verified.files },
    recipe: what.recipe,
    setup: what.setup,
    tools: what.tools,
    tests: verified.evidence ?? null,
    comparison: verified.comparison,
    findings: verified.findings,
    gate: verified.gate,
    models: what.models,
    modelNote: what.modelNote,
    prompts: what.prompts,
    usage: what.usage,
    startedAt: timestamp(what.startedAt),
    stages: what.stages.flatMap(({ endedAt, name, startedAt, summary }) =>
      endedAt === null ? [] : [{ name, startedAt: timestamp(startedAt), endedAt: timestamp(endedAt), summary }],
    ),
  }
}
