import { spawn } from "node:child_process"
import { Readable } from "node:stream"
import { Hono } from "hono"
import { requireRepository } from "../auth/access.ts"
import { commitOf } from "../git/refs.ts"
import { param, type Env } from "../http/env.ts"
import { notFound } from "../http/errors.ts"
import type { World } from "../world.ts"

/**
 * `GET …/tarball/{ref}`. GitHub redirects to another host for the bytes; so does the stand-in, to a path of its own that asks for the same credentials.
 * https://docs.github.com/rest/repos/contents#download-a-repository-archive-tar
 */
export function tarballRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  const need = { permission: "contents", level: "read" } as const

  routes.get("/tarball/:ref{.*}", async (c) => {
    const repository = requireRepository(world, c, need)
    const sha = await commitOf(world.bare(repository), param(c, "ref") || repository.defaultBranch)
    if (!sha) throw notFound()
    return c.redirect(`${world.apiUrl(repository)}/legacy.tar.gz/${sha}`, 302)
  })

  routes.get("/legacy.tar.gz/:sha", async (c) => {
    c.set("isUnjudged", true)
    const repository = requireRepository(world, c, need)
    const sha = await commitOf(world.bare(repository), param(c, "sha"))
    if (!sha) throw notFound()
    const prefix = `${world.fullName(repository).replace("/", "-")}-${sha.slice(0, 7)}/`
    const child = spawn("git", ["archive", "--format=tar.gz", `--prefix=${prefix}`, sha], {
      cwd: world.bare(repository).path,
      env: world.git.environment,
      stdio: ["ignore", "pipe", "ignore"],
    })
    return c.body(Readable.toWeb(child.stdout) as ReadableStream, 200, { "content-type": "application/x-gzip" })
  })

  return routes
}
