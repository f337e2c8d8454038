import { Effect, Schema } from "effect"
import { controlLabels, loomLabels, statusLabelNames, statusLabels } from "../domain/labels.ts"
import { forbidsMachineChanges } from "../domain/machine-change-policy.ts"
import { grantHosts } from "../domain/network-config.ts"
import { mayWrite } from "../domain/Repository.ts"
import type { RunInput } from "../domain/Run.ts"
import { GitHub, type IssueInfo, type RepositoryInfo } from "../ports/GitHub.ts"
import { RepositoryConfigs } from "../ports/RepositoryConfigs.ts"
import { Requesters, type RunLimit } from "../ports/Requesters.ts"
import { RunSettings } from "../ports/RunSettings.ts"
import { Kept, loadKept } from "./Kept.ts"
import { Publication, unfinishedPublication } from "./Publication.ts"
import { Admitted } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"
import { held, refused } from "./StageFailed.ts"

/** Files that tell agents how to work here, read from the default branch only (design section 8). */
const INSTRUCTION_FILES = ["AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md"]
const MAX_INSTRUCTION_CHARS = 12_000
const TEMPLATE_FILES = [
  ".github/pull_request_template.md",
  ".github/PULL_REQUEST_TEMPLATE.md",
  "PULL_REQUEST_TEMPLATE.md",
  "pull_request_template.md",
]
const MAX_BRANCH_COLLISIONS = 20
const TRUSTED_ASSOCIATIONS = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** What this run is to do: all of it, what is left of it (`kept`), or only to publish what an earlier run has proven (`unfinished`). */
export const Admission = Schema.Struct({
  admitted: Admitted,
  unfinished: Schema.NullOr(Publication),
  kept: Schema.NullOr(Kept),
})

/** Re-reads everything from GitHub and decides whether there is something to do. One refusal, one reason. */
export const admit = Effect.fn("admit")(function* (input: RunInput) {
  const github = yield* GitHub
  const settings = yield* RunSettings
  const log = yield* RunLog
  const repository = yield* github.repository(input.repository)
  yield* checkRepository(repository)
  const issue = yield* github.issue(input.repository, input.issueNumber)
  const loaded = yield* (yield* RepositoryConfigs).load(input.repository, repository.defaultBranch)
  const { config } = loaded
  const problems = [...loaded.problems, ...grantHosts(config.network, settings.repositoryHosts).problems]
  for (const problem of problems) yield* log.say("warn", problem)
  const label = config.label ?? settings.controlLabel
  // Whoever asked for a plan, or approved one, asked for Loom.
  yield* checkIssue(issue, [label, controlLabels.plan, controlLabels.approved])

  const { githubId, permission } = yield* github.collaborator(input.repository, input.requestedBy)
  if (!mayWrite(permission) || githubId === null) {
    return yield* refused("admit", {
      code: "requester_may_not_write",
      reason: `@${input.requestedBy} has \`${permission}\` permission here; only people who may push can start a run.`,
      remedy: `Somebody with write access sets \`${label}\`.`,
    })
  }
  const requesters = yield* Requesters
  const blocked = yield* requesters.blockedBecause(githubId)
  if (blocked !== null) {
    return yield* refused("admit", {
      code: "account_blocked",
      reason: `An operator of this Loom has blocked @${input.requestedBy}: ${blocked}`,
      remedy: `Ask whoever runs this Loom, or let somebody else with write access set \`${label}\`.`,
    })
  }
  // What goes on was counted when it began: an hour later it would be counted again, and a paused task be refused.
  const isCounted = input.isCounted === true || input.from !== undefined
  const usedUp = yield* requesters.countRun({ ...input, isCounted }, githubId)
  if (usedUp !== null) return yield* limited(usedUp, input.requestedBy, label)
  yield* checkApproval(input)
  const kept = yield* loadKept(input)
  const unfinished = (yield* unfinishedPublication(input)) ?? (yield* provenBefore(input, kept))
  if (unfinished !== null) {
    yield* log.say("info", `going on with what run ${unfinished.provenBy} has proven`)
    yield* github.setStatusLabel(input.repository, issue.number, statusLabels.working, statusLabelNames)
    return { admitted: unfinished.admitted, unfinished, kept }
  }
  // A change goes on where it was begun; a plan alone moves with its branch.
  const begun = kept?.coding === null ? null : kept
  const baseBranch = begun?.baseBranch ?? config.base_branch ?? repository.defaultBranch
  const baseCommit = begun?.baseCommit ?? (yield* github.branchHead(input.repository, baseBranch))
  if (kept !== null && begun === null && kept.baseCommit !== baseCommit)
    yield* log.say(
      "warn",
      `the plan was made at ${kept.baseCommit.slice(0, 12)} of ${kept.baseBranch}, which has moved on since; it is kept`,
    )
  if (baseCommit === null) {
    return yield* refused("admit", {
      code: "base_branch_missing",
      reason: `There is no branch \`${baseBranch}\`.`,
      remedy: "Correct `base_branch` in `.github/loom.yml`, then set the label again.",
    })
  }
  const branch = yield* freeBranch(input)
  const firstOf = (paths: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      for (const path of paths) {
        const text = yield* github.file(input.repository, path, repository.defaultBranch)
        if (text !== null) return { path, text }
      }
      return null
    })
  const instructions = yield* firstOf(INSTRUCTION_FILES)
  const contributing = yield* firstOf(["CONTRIBUTING.md", ".github/CONTRIBUTING.md"])
  for (const file of [instructions, contributing]) {
    const rule = file === null ? null : forbidsMachineChanges(file.text)
    if (file !== null && rule !== null) {
      return yield* refused("admit", {
        code: "machine_changes_forbidden",
        reason: `\`${file.path}\` forbids machine-written changes: “${rule}”.`,
        remedy: "Loom respects this. Change that sentence if it is not meant for Loom.",
      })
    }
  }
  yield* github.ensureLabels(input.repository, loomLabels(label))
  yield* github.setStatusLabel(input.repository, issue.number, statusLabels.working, statusLabelNames)
  const authorTrusted = !issue.authorIsBot && mayWrite((yield* github.collaborator(input.repository, issue.author)).permission)
  const comments = yield* github.comments(input.repository, issue.number)
  const template = yield* firstOf(TEMPLATE_FILES)
  const admitted: Admitted = {
    issue: { number: issue.number, title: issue.title, body: issue.body, author: issue.author, trusted: authorTrusted, url: issue.htmlUrl },
    comments: comments
      .filter((comment) => !comment.authorIsBot && !comment.body.includes("[no loom]"))
      .map((comment) => ({ author: comment.author, body: comment.body, trusted: TRUSTED_ASSOCIATIONS.has(comment.association) })),
    defaultBranch: repository.defaultBranch,
    baseBranch,
    baseCommit,
    branch,
    config,
    configProblems: problems,
    instructions: (instructions?.text ?? "").slice(0, MAX_INSTRUCTION_CHARS),
    pullRequestTemplate: template?.text ?? null,
  }
  return { admitted, unfinished: null, kept }
})

/** A label may be set by people without write access; who approved is asked like who requested. The run is counted already, for the latter. */
const checkApproval = Effect.fn("checkApproval")(function* ({ approval, repository }: RunInput) {
  if (approval?.state !== "given" || approval.isChecked) return
  const { githubId, permission } = yield* GitHub.use((github) => github.collaborator(repository, approval.by))
  const mayApprove = mayWrite(permission) && githubId !== null
  const blocked = mayApprove ? yield* Requesters.use((requesters) => requesters.blockedBecause(githubId)) : null
  if (mayApprove && blocked === null) return
  return yield* held("admit", "awaiting_approval", {
    reason:
      blocked === null
        ? `@${approval.by} has \`${permission}\` permission here; only people who may push can approve a plan.`
        : `An operator of this Loom has blocked @${approval.by}: ${blocked}`,
    remedy: `Somebody with write access takes \`${controlLabels.approved}\` off and sets it again.`,
  })
})

/** What another task's run had proven when it could not publish it: the branch it had chosen may be taken by now. */
const provenBefore = Effect.fn("provenBefore")(function* (input: RunInput, kept: Kept | null) {
  const publication = kept?.publication ?? null
  return publication === null ? null : { ...publication, admitted: { ...publication.admitted, branch: yield* freeBranch(input) } }
})

const MINUTE_MS = 60_000

const limited = ({ again, limit, tier }: RunLimit, login: string, label: string) => {
  // The minute that is named is never too early.
  const from = new Date(Math.ceil(again / MINUTE_MS) * MINUTE_MS).toISOString().slice(0, 16).replace("T", " ")
  return refused("admit", {
    code: "account_limited",
    reason: `@${login} has used the ${limit} runs and API writes that the tier \`${tier}\` has in an hour.`,
    remedy: `Set \`${label}\` again after ${from} UTC, let somebody else with write access set it, or ask whoever runs this Loom for another tier.`,
  })
}

const checkRepository = (repository: RepositoryInfo) =>
  repository.archived
    ? refused("admit", {
        code: "repository_archived",
        reason: "The repository is archived.",
        remedy: "Unarchive it, then set the label again.",
      })
    : repository.empty
      ? refused("admit", {
          code: "repository_empty",
          reason: "The repository has no commit yet.",
          remedy: "Push a first commit, then set the label again.",
        })
      : Effect.void

/** GitHub compares label names without case. */
const carries = (issue: IssueInfo, label: string) => issue.labels.some((name) => name.toLowerCase() === label.toLowerCase())

const checkIssue = (issue: IssueInfo, wanted: ReadonlyArray<string>) => {
  const [label = ""] = wanted
  const words: ReadonlyArray<readonly [boolean, string, string, string]> = [
    [issue.isPullRequest, "is_pull_request", "This is a pull request, not an issue.", "Set the label on an issue."],
    [issue.state === "closed", "issue_closed", "The issue is closed.", "Reopen it, then set the label again."],
    [issue.locked, "issue_locked", "The conversation is locked.", "Unlock it, then set the label again."],
    [!wanted.some((name) => carries(issue, name)), "label_missing", `The issue no longer carries \`${label}\`.`, `Set \`${label}\` again.`],
  ]
  const problem = words.find(([applies]) => applies)
  return problem === undefined ? Effect.void : refused("admit", { code: problem[1], reason: problem[2], remedy: problem[3] })
}

/** `loom/issue-N`, or `-2`, `-3`, … when a branch of that name exists. An open pull request of Loom's for the issue ends the run. */
const freeBranch = Effect.fn("freeBranch")(function* (input: RunInput) {
  const github = yield* GitHub
  for (let n = 1; n <= MAX_BRANCH_COLLISIONS; n++) {
    const branch = n === 1 ? `loom/issue-${input.issueNumber}` : `loom/issue-${input.issueNumber}-${n}`
    if ((yield* github.branchHead(input.repository, branch)) === null) return branch
    const open = yield* github.findPullRequest(input.repository, branch)
    if (open?.state === "open") {
      return yield* refused("admit", {
        code: "pull_request_open",
        reason: `Pull request #${open.number} for this issue is still open: ${open.url}`,
        remedy: "Merge or close it first, then set the label again.",
      })
    }
  }
  return yield* refused("admit", {
    code: "too_many_branches",
    reason: `More than ${MAX_BRANCH_COLLISIONS} branches \`loom/issue-${input.issueNumber}-…\` exist.`,
    remedy: "Delete those that are no longer needed, then set the label again.",
  })
})
