import { execFileSync, spawn } from "node:child_process"
import fs from "node:fs"
import http from "node:http"
import type { AddressInfo } from "node:net"
import os from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startTestDaemon, type TestDaemon } from "../testing/daemon.ts"

const CAPABILITY = "Bearer capability-of-run-7"

/** git's own smart-HTTP backend, which asks for the capability. CGI: header lines, an empty line, the body. */
const gitServer = (root: string) =>
  http.createServer((request, response) => {
    if (request.headers.authorization !== CAPABILITY) return void response.writeHead(401).end()
    const url = new URL(request.url ?? "", "http://git")
    const env = {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      REMOTE_USER: "loom",
      PATH_INFO: url.pathname.replace(/^\/gateways\/git/, ""),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    }
    const backend = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "inherit"] })
    request.pipe(backend.stdin)
    let head = Buffer.alloc(0)
    backend.stdout.on("data", (chunk: Buffer) => {
      if (response.headersSent) return void response.write(chunk)
      head = Buffer.concat([head, chunk])
      const end = head.indexOf("\r\n\r\n")
      if (end < 0) return
      const headers = Object.fromEntries(
        head
          .subarray(0, end)
          .toString()
          .split("\r\n")
          .map((line) => line.split(": ", 2) as [string, string]),
      )
      response.writeHead(Number.parseInt(headers["Status"] ?? "200", 10), headers).write(head.subarray(end + 4))
    })
    backend.stdout.on("end", () => response.end())
  })

describe("git through a gateway", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "loom-git-"))
  const bare = path.join(root, "o/r.git")
  const git = (...args: ReadonlyArray<string>) => execFileSync("git", ["-C", bare, ...args], { encoding: "utf8" }).trim()
  let server: http.Server
  let daemon: TestDaemon
  beforeAll(async () => {
    execFileSync("git", ["init", "-q", "--bare", "-b", "main", bare])
    git("config", "http.receivepack", "true")
    server = gitServer(root)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    daemon = await startTestDaemon()
  })
  afterAll(async () => {
    await daemon?.stop()
    server.close()
    fs.rmSync(root, { recursive: true })
  })

  it("pushes megabytes and clones them again, without a credential inside", async () => {
    const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateways/git`
    const session = await daemon.open({
      egress: { gateways: [{ host: "git.loom.internal", upstream, headers: { Authorization: CAPABILITY } }], registries: [] },
    })
    const ran = await session.exec(
      `set -e; git init -q a; cd a; git config user.email a@b; git config user.name a
       head -c 8000000 /dev/urandom > big; git add .; git commit -qm one
       git push -q http://git.loom.internal/o/r.git HEAD:main; cd ..
       git clone -q http://git.loom.internal/o/r.git b; cmp a/big b/big; git -C b rev-parse HEAD
       grep -rc capability-of b/.git/config || true; git -C b config --list | grep -ci -e authorization -e credential || true`,
      { gateways: true },
    )
    expect(ran.err).toBe("")
    expect(ran.out).toBe(`${git("rev-parse", "main")}\n0\n0\n`)
    expect((await session.exec("git ls-remote http://git.loom.internal/o/r.git")).exit.code).toBe(128)
  })
})
