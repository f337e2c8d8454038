import { Effect, Layer } from "effect"
import { GitHub, type PullRequestInfo } from "../../ports/GitHub.ts"
import type { World } from "./in-memory-world.ts"

/** `call`, and then the next fault of the list where there is one. */
export const faulty = <A, E>(faults: Array<E | null>, call: Effect.Effect<A>): Effect.Effect<A, E> =>
  Effect.flatMap(call, (value) => {
    const fault = faults.shift() ?? null
    return fault === null ? Effect.succeed(value) : Effect.fail(fault)
  })

/** GitHub as the world has it; every write is find-or-create, as the adapter's is. */
export const gitHubOf = (
  world: World,
  t: <A>(value: () => A) => Effect.Effect<A>,
  slowly: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>,
): Layer.Layer<GitHub> =>
  Layer.succeed(
    GitHub,
    GitHub.of({
      repository: () =>
        t(() => ({
          id: 1,
          owner: "acme",
          name: "sum",
          defaultBranch: "main",
          private: false,
          archived: false,
          empty: false,
          htmlUrl: "http://gh/acme/sum",
          ...world.repository,
        })),
      issue: () =>
        t(() => ({
          number: 7,
          title: "sum is wrong",
          body: "it subtracts",
          state: "open" as const,
          locked: false,
          isPullRequest: false,
          labels: world.labels,
          author: "ann",
          authorIsBot: false,
          htmlUrl: "http://gh/acme/sum/issues/7",
          ...world.issue,
        })),
      comments: () => t(() => []),
      collaborator: (_repository, login) =>
        t(() => ({ permission: world.permissions.get(login) ?? world.permission, githubId: world.githubIds.get(login) ?? null })),
      branchHead: (_repository, branch) => t(() => world.branches.get(branch) ?? null),
      file: () => t(() => null),
      ensureLabels: () => t(() => undefined),
      setStatusLabel: (_repository, _number, label) => t(() => void (world.statusLabel = label)),
      upsertComment: (_repository, _number, marker, body) =>
        t(() => {
          world.comments.set(marker, body)
          return { id: 1, url: "" }
        }),
      findPullRequest: (_repository, branch) => t(() => world.pulls.find((pull) => pull.branch === branch) ?? null),
      upsertPullRequest: (_repository, spec) =>
        faulty(
          world.pullRequestFaults,
          slowly(
            t(() => {
              world.pullBodies.set(spec.branch, { body: spec.body, proof: world.artifacts.get("tasks/task-1/proof.json") })
              world.pullRequestBody = spec.body
              const known = world.pulls.find((pull) => pull.branch === spec.branch)
              if (known !== undefined) return known
              const made: PullRequestInfo = {
                number: 8,
                url: "http://gh/acme/sum/pull/8",
                draft: spec.draft,
                state: "open",
                headSha: world.branches.get(spec.branch) ?? "",
                branch: spec.branch,
                base: spec.base,
              }
              world.pulls.push(made)
              return made
            }),
          ),
        ),
      requestReviewers: () => t(() => undefined),
      upsertCheckRun: (_repository, spec) =>
        faulty(
          world.checkRunFaults,
          t(() => {
            world.checkRuns.set(`${spec.name} ${spec.externalId} ${spec.headSha}`, spec.conclusion)
            return { id: 1 }
          }),
        ),
    }),
  )
