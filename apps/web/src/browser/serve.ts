import { readFile } from "node:fs/promises"
import { createServer, type ServerResponse } from "node:http"
import { extname, join, normalize } from "node:path"
import { status, summary, type World } from "./world.ts"

const types: { readonly [ext: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
}

/** The first block of `_headers`: what the Worker's static assets send with each file. */
const commonHeaders = async (dist: string): Promise<ReadonlyArray<readonly [string, string]>> =>
  (await readFile(join(dist, "_headers"), "utf8"))
    .replace(/\n\/assets\/.*/s, "")
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const at = line.indexOf(":")
      return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const]
    })

const json = (response: ServerResponse, code: number, body: unknown) => {
  response.writeHead(code, { "content-type": code < 400 ? "application/json" : "application/problem+json" }).end(JSON.stringify(body))
}

const logPageSize = 100

const api = (world: World, url: URL, response: ServerResponse): void => {
  if (world.trouble === "away") return void response.destroy()
  if (world.trouble === "error")
    return json(response, 503, { title: "Service unavailable", detail: "The database does not answer.", status: 503 })
  if (world.trouble === "nonsense") return json(response, 200, { items: [{ id: 7 }], next: null, status: "odd" })
  const [, , , collection, id, part] = url.pathname.split("/")
  if (collection === "status") return json(response, 200, status)
  if (collection !== "tasks") return json(response, 404, { title: "No such path", status: 404 })
  if (id === undefined) {
    const wanted = [...world.tasks.values()].filter(
      (task) =>
        (!url.searchParams.has("status") || task.status === url.searchParams.get("status")) &&
        `${task.title} ${task.repository}`.toLowerCase().includes((url.searchParams.get("q") ?? "").toLowerCase()),
    )
    const from = Number(url.searchParams.get("cursor") ?? 0)
    const to = from + Number(url.searchParams.get("limit"))
    return json(response, 200, { items: wanted.slice(from, to).map(summary), next: to < wanted.length ? String(to) : null })
  }
  const task = world.tasks.get(decodeURIComponent(id))
  if (task === undefined) return json(response, 404, { title: "Not found", detail: "No task has this id.", status: 404 })
  if (part === undefined) return json(response, 200, task)
  const after = Number(url.searchParams.get("after"))
  const rest = (world.logs.get(task.id) ?? []).filter((line) => line.seq > after)
  const items = rest.slice(0, logPageSize)
  json(response, 200, { items, next: items.length < rest.length ? String(items.at(-1)?.seq) : null })
}

/** Serves the built page as the Worker does (same origin, `_headers`, fallback to index.html), with the world's answers as the API. */
export const serve = async (dist: string, world: World) => {
  const common = await commonHeaders(dist)
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://local")
    if (url.pathname.startsWith("/api/")) return api(world, url, response)
    const path = normalize(url.pathname)
    const name = extname(path) === "" ? "index.html" : path
    readFile(join(dist, name)).then(
      (body) => {
        for (const [header, value] of common) response.setHeader(header, value)
        response.writeHead(200, { "content-type": types[extname(name)] ?? "application/octet-stream" }).end(body)
      },
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("The test server has no port.")
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((done) => {
        server.close(done)
        server.closeAllConnections()
      }),
  }
}
