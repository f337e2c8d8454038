import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import { text } from "node:stream/consumers"
import { extname, join, normalize } from "node:path"
import { cannedApi } from "./canned-api.ts"
import type { World } from "./world.ts"

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

/** Serves the built page as the Worker does (same origin, `_headers`, fallback to index.html), with the world's answers as the API. */
export const serve = async (dist: string, world: World) => {
  const common = await commonHeaders(dist)
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://local")
    const key = request.headers["idempotency-key"]
    if (typeof key === "string") world.keys.push(key)
    if (url.pathname.startsWith("/api/"))
      return void text(request).then((body) =>
        cannedApi(world, request.method ?? "GET", url, body === "" ? null : (JSON.parse(body) as unknown), response),
      )
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
