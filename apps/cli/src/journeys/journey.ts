import { fileURLToPath } from "node:url"
import { createConformance } from "@loom/github-standin/conformance"
import { allowances } from "@loom/github-standin/conformance-allow"
import type { RecordedChange } from "@loom/core/domain/RecordedChange"
import type { Stage } from "@loom/core/domain/Stage"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import { startWorld, type World } from "../world/World.ts"
import type { LocalRepository } from "../world/github.ts"

export const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** A small library with zero dependencies; `broken` adds a test that fails at the base. */
export const library = (
  options: { readonly broken?: boolean; readonly files?: Readonly<Record<string, string>> } = {},
): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      "package.json": JSON.stringify({ name: "sums", version: "1.0.0", type: "module", scripts: { test: "node --test" } }, null, 2),
      "sum.js": "export const sum = (a, b) => a - b\nexport const double = (a) => a * 2\n",
      "test/sum.test.js": [
        'import assert from "node:assert/strict"',
        'import { test } from "node:test"',
        'import { double, sum } from "../sum.js"',
        'test("adds", () => assert.equal(sum(2, 2), 4))',
        'test("doubles", () => assert.equal(double(2), 4))',
        ...(options.broken === true ? ['test("was broken before", () => assert.equal(double(1), 3))'] : []),
        "",
      ].join("\n"),
      ...options.files,
    }),
  )

export const fixSum: RecordedChange = { edits: [{ path: "sum.js", op: "replace", old: "a - b", new: "a + b" }] }

export interface IssueComment {
  readonly body: string
  readonly user: { readonly login: string }
}

export interface Journey {
  readonly world: World
  /** A fresh repository with a labelled issue, and the task that came of it. */
  readonly label: (
    name: string,
    change: RecordedChange,
    files?: ReadonlyMap<string, string>,
  ) => Promise<{ readonly repository: LocalRepository; readonly number: number; readonly taskId: string }>
  /** GitHub's REST API as the person who owns the repository. */
  readonly rest: <A = unknown>(path: string) => Promise<A>
  /** By names: of an issue of `acme/<name>`, and of the repository itself. */
  readonly comments: (name: string, number: number) => Promise<ReadonlyArray<IssueComment>>
  readonly labels: (name: string, number: number) => Promise<ReadonlyArray<string>>
  readonly branches: (name: string) => Promise<ReadonlyArray<string>>
  /** `label`, and the task followed to its end. */
  readonly run: (
    name: string,
    change: RecordedChange,
    files?: ReadonlyMap<string, string>,
  ) => Promise<{ readonly repository: LocalRepository; readonly number: number; readonly detail: TaskDetail }>
  /** Resolves at the first log line (of that stage) that matches; the run goes on. */
  readonly untilLog: (taskId: string, pattern: RegExp, stage?: Stage) => Promise<void>
  /** What GitHub's own description has against any request, answer or webhook so far. */
  readonly violations: () => ReadonlyArray<unknown>
  readonly close: () => Promise<void>
}

/** The whole local world, with every exchange with GitHub judged. */
export const startJourney = async (name: string, variables: Readonly<Record<string, string>> = {}): Promise<Journey> => {
  const conformance = createConformance({ allow: allowances })
  const world = await startWorld({ root, name, env: process.env, recorded: true, variables, conformance })
  const label: Journey["label"] = async (repositoryName, change, files = library()) => {
    const repository = await world.addRepository({ owner: "acme", name: repositoryName, files })
    const opened = await world.openAndLabelIssue({ repository, issue: { title: "sum subtracts", body: "`sum(2, 2)` is 0." }, change })
    return { repository, number: opened.number, taskId: opened.taskId }
  }
  const rest = async <A>(path: string) => {
    const response = await fetch(`${world.github.url}${path}`, {
      headers: { authorization: `Bearer ${world.github.userToken("acme")}`, accept: "application/vnd.github+json" },
    })
    return (await response.json()) as A
  }
  const names = async (path: string) => (await rest<ReadonlyArray<{ readonly name: string }>>(path)).map(({ name: found }) => found)
  return {
    world,
    label,
    rest,
    comments: (repositoryName, number) => rest(`/repos/acme/${repositoryName}/issues/${number}/comments`),
    labels: (repositoryName, number) => names(`/repos/acme/${repositoryName}/issues/${number}/labels`),
    branches: (repositoryName) => names(`/repos/acme/${repositoryName}/branches`),
    run: async (repositoryName, change, files) => {
      const { repository, number, taskId } = await label(repositoryName, change, files)
      return { repository, number, detail: await world.followTask(taskId) }
    },
    untilLog: (taskId, pattern, stage) =>
      new Promise((resolve, reject) => {
        const done = new AbortController()
        world
          .followTask(
            taskId,
            (news) => {
              if (news.type === "log" && pattern.test(news.line.message) && (stage === undefined || news.line.stage === stage)) {
                resolve()
                done.abort()
              }
            },
            done.signal,
          )
          .then(
            (detail) => reject(new Error(`ended as ${detail.status} (${detail.reason}) before ${pattern}`)),
            () => undefined,
          )
      }),
    violations: () => conformance.violations,
    close: world.close,
  }
}
