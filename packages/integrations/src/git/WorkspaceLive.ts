import { Effect, Layer } from "effect"
import { ALL_BINARY } from "@loom/core/domain/patch-format"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { ChangeTooLarge, GitFailed, PushRefused, Workspace, type CommitSpec } from "@loom/core/ports/Workspace"
import { asUtf8, changedFiles, readParts, sha256Hex } from "./change-parts.ts"
import { failed, gitOutput, MAX_PATCH_MIB, runGit, withAttempts, wordsOf } from "./git-exec.ts"
import { CHANGE, CLONE, COMMIT, PUSH, remoteUrl, RESTORE } from "./git-scripts.ts"

/** `PUSH` found other commits on the branch. */
const BRANCH_MOVED = 93

/** Where a refusal ends and a fault begins: what the other side, or git on its behalf, said no to. */
const REFUSED = /\[(remote )?rejected\]|\[remote failure\]|^remote: (error|fatal)|returned error: 403|pre-receive hook declined/m

/** Port `Workspace`: every git command runs inside the sandbox, and none on the host (facts/sandbox.md section 3). */
export const WorkspaceLive: Layer.Layer<Workspace, never, Sandbox> = Layer.effect(
  Workspace,
  Effect.gen(function* () {
    const sandbox = yield* Sandbox

    const change = Effect.fn("Workspace.change")(function* (sessionId: string, key: string, baseCommit: string) {
      const read = (id: string, attributes: string) =>
        Effect.gen(function* () {
          const env = { BASE: baseCommit, ATTRIBUTES: attributes }
          const result = yield* runGit(sandbox, sessionId, { operation: "diff", id, script: CHANGE, env })
          if (result.reason === "output_limit") return yield* new ChangeTooLarge({ maxMiB: MAX_PATCH_MIB })
          if (result.exitCode !== 0 || result.reason !== null) return yield* failed("diff", result)
          return readParts(result.stdout) ?? (yield* new GitFailed({ operation: "diff", output: "git printed no patch" }))
        })
      const parts = yield* read(`${key}.diff`, "")
      // A text file that is not UTF-8 (Latin-1, say) would be damaged as a string: then the whole patch is told in binary.
      const exact = asUtf8(parts.patch) === null ? yield* read(`${key}.diff-binary`, ALL_BINARY) : parts
      const patch = asUtf8(exact.patch)
      if (patch === null) return yield* new GitFailed({ operation: "diff", output: "the patch is not text even in binary form" })
      const hash = yield* Effect.promise(() => sha256Hex(exact.patch))
      return { patch, hash, files: changedFiles(parts.numstat, parts.nameStatus), tree: parts.tree }
    })

    const push = Effect.fn("Workspace.push")(function* (sessionId: string, key: string, sha: string, branch: string, fullName: string) {
      const result = yield* withAttempts(
        sandbox,
        sessionId,
        {
          operation: "push",
          id: `${key}.push`,
          script: PUSH,
          gateways: true,
          env: { SHA: sha, BRANCH: branch, URL: remoteUrl(fullName) },
        },
        (answer) => answer.exitCode === 0,
      )
      if (result.exitCode === 0 && result.reason === null) return
      if (result.exitCode === BRANCH_MOVED || REFUSED.test(wordsOf(result)))
        return yield* new PushRefused({ branch, output: wordsOf(result) })
      return yield* failed("push", result)
    })

    return Workspace.of({
      clone: Effect.fn("Workspace.clone")(function* (
        sessionId: string,
        key: string,
        spec: { readonly fullName: string; readonly commit: string; readonly branch: string },
      ) {
        const { branch, commit, fullName } = spec
        const result = yield* withAttempts(
          sandbox,
          sessionId,
          {
            operation: "clone",
            id: `${key}.clone`,
            script: CLONE,
            gateways: true,
            timeoutMs: 15 * 60_000,
            env: { COMMIT: commit, BRANCH: branch, URL: remoteUrl(fullName) },
          },
          (answer) => answer.exitCode === 0,
        )
        if (result.exitCode !== 0 || result.reason !== null) return yield* failed("clone", result)
      }),

      change,

      restore: (sessionId, key, baseCommit, patch) =>
        gitOutput(sandbox, sessionId, {
          operation: "restore",
          id: `${key}.restore`,
          script: RESTORE,
          stdin: patch,
          env: { BASE: baseCommit, EMPTY: patch === "" ? "1" : "0" },
        }).pipe(Effect.asVoid),

      commit: Effect.fn("Workspace.commit")(function* (sessionId: string, key: string, baseCommit: string, spec: CommitSpec) {
        const date = `${Math.trunc(spec.dateS)} +0000`
        const stdout = yield* gitOutput(sandbox, sessionId, {
          operation: "commit",
          id: `${key}.commit`,
          script: COMMIT,
          stdin: spec.message,
          env: {
            BASE: baseCommit,
            GIT_AUTHOR_NAME: spec.authorName,
            GIT_AUTHOR_EMAIL: spec.authorEmail,
            GIT_AUTHOR_DATE: date,
            GIT_COMMITTER_NAME: spec.authorName,
            GIT_COMMITTER_EMAIL: spec.authorEmail,
            GIT_COMMITTER_DATE: date,
          },
        })
        const sha = stdout.trim()
        return /^[0-9a-f]{40}$/.test(sha) ? sha : yield* new GitFailed({ operation: "commit", output: "git named no commit" })
      }),

      push,
    })
  }),
)
