import { once } from "node:events"
import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { freePort, isFree } from "./free-port.ts"

describe("a free port", () => {
  it("is none that the operating system hands out by itself, so that it stays free until it is taken by name", async () => {
    for (let i = 0; i < 20; i++) {
      const port = await freePort()
      assert.isTrue(port >= 20_000 && port < 32_768, String(port))
      assert.isTrue(await isFree(port))
    }
  })

  it("is not one that somebody listens on", async () => {
    const port = await freePort()
    const server = createServer().listen(port, "127.0.0.1")
    await once(server, "listening")
    assert.isFalse(await isFree(port))
    server.close()
  })
})
