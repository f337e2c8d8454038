import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import type { Refuse } from "./RefusalLog.ts"

/** RFC 9112 3.2: exactly one. Node drops all but the first, and another program might read the last. */
export const hasOneHost = (request: IncomingMessage): boolean =>
  request.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === "host").length === 1

/**
 * What Node's strict parser does not take for one HTTP/1.1 request: both lengths at once, a folded header, HTTP/0.9, the preface of
 * HTTP/2, headers without end. Nothing of the connection is read any further.
 */
export const refuseUnreadable =
  (refuse: Refuse) =>
  (error: NodeJS.ErrnoException, socket: Duplex): void => {
    if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy()
    const message = refuse("(unreadable)", null, "unreadable request")
    const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request"
    socket.end(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${message}\n`)
  }
