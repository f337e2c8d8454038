import { randomInt } from "node:crypto"
import { createServer } from "node:net"

/**
 * Ports that the operating system gives to nobody by itself: from 32768 on (Linux; from 49152 on elsewhere) every connection of every program
 * takes one for its own end, also in the moment between our look and the server's start, and while a server is away to be started again.
 */
const FIRST = 20_000
const LAST = 32_767

/** A TCP port of the loopback interface that is free now, and that only somebody who names it can take. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < 200; tries++) {
    const port = randomInt(FIRST, LAST + 1)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port was found between ${FIRST} and ${LAST}`)
}

/** Whether a server could listen on `port` of the loopback interface now. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })
