import type { ServerResponse } from "node:http"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import { accounts, anonymous, me, patch, proof, repositories, repositoryDetail, sessions, tokens } from "./canned-people.ts"
import { plan, status, summary, type World } from "./world.ts"

const json = (response: ServerResponse, code: number, body: unknown) => {
  response.writeHead(code, { "content-type": code < 400 ? "application/json" : "application/problem+json" }).end(JSON.stringify(body))
}
const missing = (response: ServerResponse, detail: string) => json(response, 404, { title: "Not found", detail, status: 404 })
const text = (response: ServerResponse, body: string | null) =>
  body === null
    ? missing(response, "There is none.")
    : void response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(body)

const list = (world: World, query: URLSearchParams) => {
  const wanted = [...world.tasks.values()].filter(
    (task) =>
      (!query.has("status") || task.status === query.get("status")) &&
      (!query.has("repository") || task.repository === query.get("repository")) &&
      `${task.title} ${task.repository}`.toLowerCase().includes((query.get("q") ?? "").toLowerCase()),
  )
  const from = Number(query.get("cursor") ?? 0)
  const to = from + Number(query.get("limit"))
  return { items: wanted.slice(from, to).map(summary), next: to < wanted.length ? String(to) : null }
}

const task = (world: World, id: string, part: string | undefined, query: URLSearchParams, response: ServerResponse): void => {
  const found = world.tasks.get(id)
  if (found === undefined) return missing(response, "No task has this id.")
  const hasChange = found.outcome?.pullRequest !== null && found.outcome !== null
  switch (part) {
    case undefined:
      return json(response, 200, found)
    case "events":
      return json(response, 200, { items: [], next: null })
    case "plan":
      return found.stages.some(({ name }) => name === "plan") ? json(response, 200, plan) : missing(response, "No plan yet.")
    case "diff":
      return text(response, hasChange ? patch : null)
    case "proof":
      return text(response, hasChange ? proof : null)
    case "logs": {
      const rest = (world.logs.get(id) ?? []).filter((line) => line.seq > Number(query.get("after")))
      const items = rest.slice(0, world.logPageSize)
      return json(response, 200, { items, next: items.length < rest.length ? String(items.at(-1)?.seq) : null })
    }
    default:
      return missing(response, "No such part.")
  }
}

/** What a task becomes by a command; null where the canned world does not go on. */
const after = (known: TaskDetail, command: string | undefined): TaskDetail | null => {
  const { waiting: _waiting, ...rest } = known
  if (command === "pause") return { ...rest, status: "waiting", waiting: "paused", reason: "It was paused by ada.", stage: null }
  if (command === "retry" && known.status !== "waiting") return null
  return command === "resume" || command === "retry" || command === "approve"
    ? { ...rest, status: "running", reason: null, stage: "code" }
    : null
}

/** What is asked to be changed is remembered, and answered as if it were done. */
const write = (world: World, method: string, path: string, body: unknown, response: ServerResponse): void => {
  world.asked.push(`${method} ${path}`)
  world.bodies.push(body)
  if (world.refusal !== null) return json(response, world.refusal.status, world.refusal)
  const [, , id = "", command] = path.split("/")
  const known = world.tasks.get(id)
  const then = known === undefined ? null : after(known, command)
  if (then !== null) world.tasks.set(id, then)
  if (then !== null) return json(response, 202, { taskId: id, status: then.status, effect: "changed" })
  if (command === "retry") return json(response, 202, { taskId: "task-57", status: "pending", effect: "created" })
  if (path === "/tasks") return json(response, 202, { taskId: "task-57", status: "pending", effect: "created" })
  if (path === "/me/tokens") return json(response, 201, { ...tokens[0], name: "new", id: "tok_9", token: "loom_onlyshownonce" })
  if (path.endsWith("/cancel")) return json(response, 202, { taskId: path.split("/")[2], status: "running" })
  response.writeHead(204).end()
}

/** The API's side of the canned world. It has no live feed: the page asks, as it does where there is none. */
export const cannedApi = (world: World, method: string, url: URL, body: unknown, response: ServerResponse): void => {
  if (world.trouble === "away") return void response.destroy()
  if (world.trouble === "error")
    return json(response, 503, { title: "Service unavailable", detail: "The database does not answer.", status: 503 })
  if (world.trouble === "nonsense") return json(response, 200, { items: [{ id: 7 }], next: null, status: "odd" })
  const path = url.pathname.replace("/api/v1", "")
  if (method !== "GET") return write(world, method, path, body, response)
  const [, collection, id, part] = path.split("/")
  switch (collection) {
    case "status":
      return json(response, 200, status)
    case "tasks":
      return id === undefined
        ? json(response, 200, list(world, url.searchParams))
        : task(world, decodeURIComponent(id), part, url.searchParams, response)
    case "repositories":
      return json(response, 200, id === undefined ? { items: repositories, next: null } : repositoryDetail)
    case "accounts":
      return json(response, 200, { items: accounts, next: null })
    case "me":
      return json(
        response,
        200,
        id === "tokens" ? { items: tokens } : id === "sessions" ? { items: sessions } : world.signedIn ? me : anonymous,
      )
    default:
      return missing(response, "No such path.")
  }
}
