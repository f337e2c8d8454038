import { spawn } from "node:child_process"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Git } from "./run.ts"

export interface GitHttpRequest {
  readonly git: Git
  /** Folder that holds `<owner>/<repo>.git`. */
  readonly projectRoot: string
  /** `/<owner>/<repo>.git/git-receive-pack`, in the spelling of the folder. */
  readonly pathInfo: string
  readonly query: string
  readonly user: string
  readonly mayWriteWorkflows: boolean
}

const MAX_HEADER_BYTES = 64 * 1024

/** A pack of a few bytes may unfold to gigabytes: then it is git that ends, not the machine. KiB; where the system knows no such limit, none. */
const WITH_LIMIT = "ulimit -v 3145728 2>/dev/null; exec git http-backend"

/**
 * Answers with `git http-backend` (CGI, RFC 3875), streaming the body both ways. Resolves when the process has ended and
 * leaves the response open, so that the caller can record a push before the client learns that it is done.
 * https://git-scm.com/docs/git-http-backend
 */
export function serveGit(request: GitHttpRequest, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const header = (name: string): string => String(incoming.headers[name] ?? "")
  const child = spawn("sh", ["-c", WITH_LIMIT], {
    env: {
      ...request.git.environment,
      GIT_PROJECT_ROOT: request.projectRoot,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: request.pathInfo,
      QUERY_STRING: request.query,
      REQUEST_METHOD: incoming.method ?? "GET",
      CONTENT_TYPE: header("content-type"),
      // A pack of unknown length comes chunked: then git reads to the end of the stream.
      CONTENT_LENGTH: header("content-length"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      GIT_PROTOCOL: header("git-protocol"),
      REMOTE_USER: request.user,
      REMOTE_ADDR: incoming.socket.remoteAddress ?? "",
      STANDIN_MAY_WRITE_WORKFLOWS: request.mayWriteWorkflows ? "1" : "0",
    },
    stdio: ["pipe", "pipe", "ignore"],
  })
  incoming.pipe(child.stdin)
  child.stdin.on("error", () => {})
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) child.kill()
  })

  let head = Buffer.alloc(0)
  const onHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk])
    const end = /\r?\n\r?\n/.exec(head.toString("latin1"))
    if (!end) {
      if (head.length > MAX_HEADER_BYTES) child.kill()
      return
    }
    child.stdout.off("data", onHead)
    writeHead(outgoing, head.subarray(0, end.index).toString("latin1"))
    outgoing.write(head.subarray(end.index + end[0].length))
    child.stdout.pipe(outgoing, { end: false })
  }
  child.stdout.on("data", onHead)

  return new Promise((resolve) => {
    child.on("error", () => resolve())
    child.on("close", () => {
      if (!outgoing.headersSent) outgoing.writeHead(500)
      resolve()
    })
  })
}

function writeHead(outgoing: ServerResponse, head: string): void {
  let status = 200
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(":")
    const name = line.slice(0, colon)
    const value = line.slice(colon + 1).trim()
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10)
    else outgoing.setHeader(name, value)
  }
  outgoing.writeHead(status)
}
