import { performance } from "node:perf_hooks"
import { startEdge, type Edge } from "../contract/edge.ts"
import { summarise } from "./api/percentiles.ts"
import { seedTasks } from "./api/seed-tasks.ts"

/*
 * `npm run bench -- api`: the REST API in workerd on a database of 100,000 tasks. Lists one after another, then a mix of requests
 * at a fixed rate, each at its own time whatever became of the one before (open model): a server that lags shows in the latency.
 */

const TASKS = 100_000
const REPOSITORIES = 200
const LIST_ROUNDS = 40
const TOKEN = "the-operators-token"

/** Shapes of the list, the dearest among them: a text that nothing holds is looked for in all of them. */
const LISTS: Readonly<Record<string, string>> = {
  "first page": "/api/v1/tasks",
  "deep page": "/api/v1/tasks?cursor=CURSOR",
  "one status": "/api/v1/tasks?status=completed",
  "rare statuses": "/api/v1/tasks?status=running,pending",
  "one repository": "/api/v1/tasks?repository=octo/repo-7",
  "frequent text": "/api/v1/tasks?q=parser",
  "text that nothing holds": "/api/v1/tasks?q=zzzzzz",
  "everything at once": "/api/v1/tasks?status=failed,cancelled&repository=octo/repo-7&q=importer",
}

/** The mix: what a page and a script ask, by weight. */
const MIX: ReadonlyArray<readonly [weight: number, path: string]> = [
  [4, "/api/v1/tasks"],
  [2, "/api/v1/tasks?status=running"],
  [1, "/api/v1/tasks?q=parser"],
  [1, "/api/v1/repositories?limit=5"],
  [8, "/healthz"],
  [4, "/api/v1/proof-key"],
]

const get = async (edge: Edge, path: string): Promise<{ readonly ms: number; readonly status: number }> => {
  const startedAt = performance.now()
  try {
    const response = await fetch(`${edge.url}${path}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: AbortSignal.timeout(30_000),
    })
    await response.arrayBuffer()
    return { ms: performance.now() - startedAt, status: response.status }
  } catch {
    return { ms: performance.now() - startedAt, status: 0 }
  }
}

const benchLists = async (edge: Edge) => {
  const middle = btoa(JSON.stringify([1_700_000_000_000 + (TASKS / 2) * 1_000, "t_9"])).replaceAll("=", "")
  const results: Record<string, object> = {}
  for (const [name, path] of Object.entries(LISTS)) {
    const times: Array<number> = []
    for (let round = 0; round < LIST_ROUNDS; round++) {
      const { ms, status } = await get(edge, path.replace("CURSOR", middle))
      if (status !== 200) throw new Error(`${path} answered ${status}`)
      times.push(ms)
    }
    results[name] = summarise(times)
  }
  return results
}

/** Waiting requests at most; what is due beyond that is not sent and counts as failed, so that an overload ends. */
const MAX_WAITING = 512

/** `rate` requests a second for `seconds`. */
const benchRate = async (edge: Edge, rate: number, seconds: number) => {
  const deck = MIX.flatMap(([weight, path]) => Array.from({ length: weight }, () => path))
  const startedAt = performance.now()
  const answers: Array<{ readonly ms: number; readonly status: number }> = []
  const waiting = new Set<Promise<unknown>>()
  let due = 0
  let unsent = 0
  while (performance.now() - startedAt < seconds * 1_000) {
    for (; due < Math.floor(((performance.now() - startedAt) * rate) / 1_000); due++) {
      if (waiting.size >= MAX_WAITING) {
        unsent++
        continue
      }
      const request: Promise<unknown> = get(edge, deck[due % deck.length] ?? "/healthz").then(
        (answer) => (answers.push(answer), waiting.delete(request)),
      )
      waiting.add(request)
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(waiting)
  const elapsed = (performance.now() - startedAt) / 1_000
  const good = answers.filter(({ status }) => status === 200)
  const perSecond = Math.round(good.length / elapsed)
  return { rate, answered: good.length, perSecond, failed: answers.length - good.length, unsent, ...summarise(good.map(({ ms }) => ms)) }
}

/** The list's times by shape; the mix at 1,000/s, and where that fails or lags by a second, the highest rate of a few that does not. */
export const benchApi = async (root: string, say: (text: string) => void) => {
  await using edge = await startEdge({ root, variables: { LOOM_API_TOKEN: TOKEN } })
  say(`writing ${TASKS} tasks`)
  await seedTasks(edge.database, TASKS, REPOSITORIES)
  say("lists")
  const lists = await benchLists(edge)
  const mixed: Array<Awaited<ReturnType<typeof benchRate>>> = []
  for (const rate of [1_000, 500, 250, 125, 60, 30]) {
    say(`${rate} requests/s`)
    const result = await benchRate(edge, rate, 10)
    mixed.push(result)
    if (result.failed + result.unsent === 0 && result.p99Ms < 1_000) break
  }
  return { tasks: TASKS, lists, mixed, ceilingPerSecond: mixed.at(-1)?.perSecond ?? 0 }
}
