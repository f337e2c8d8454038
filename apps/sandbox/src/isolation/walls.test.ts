import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { expect, it } from "vitest"
import { startTestDaemon, testConfig } from "../testing/daemon.ts"

// The walls themselves are attacked in src/escape.
it("gives the tools of a directory that only root can enter, and nothing else of it", async () => {
  const closed = fs.mkdtempSync(path.join(os.tmpdir(), "loom-closed-"))
  fs.mkdirSync(path.join(closed, "tool/bin"), { recursive: true })
  fs.writeFileSync(path.join(closed, "tool/bin/greet"), "#!/bin/sh\necho greetings\n", { mode: 0o755 })
  fs.writeFileSync(path.join(closed, "beside"), "secret")
  const daemon = await startTestDaemon({
    tools: [...testConfig("").tools, { hostDir: path.join(closed, "tool"), sandboxDir: "/opt/loom/greet" }],
  })
  try {
    const session = await daemon.open()
    const ran = await session.exec(
      "greet; node -p 'process.version'; ls /opt/loom | tr '\\n' ' '; cat /opt/loom/beside /opt/loom/greet/../beside 2>/dev/null; touch /opt/loom/greet/bin/x 2>/dev/null && echo WROTE; getent passwd loom",
    )
    expect(ran.out).toBe(`greetings\n${process.version}\ngreet node loom:x:1000:1000:loom:/home/loom:/bin/bash\n`)
  } finally {
    await daemon.stop()
    fs.rmSync(closed, { recursive: true })
  }
})
