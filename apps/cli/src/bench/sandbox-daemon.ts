import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Schema } from "effect"

const Ready = Schema.fromJsonString(Schema.Struct({ url: Schema.String, token: Schema.String }))

/** A sandboxd of its own; `container` with the rights of a Docker container's root, for which only root will do. */
export const startSandboxDaemon = async (root: string, isolator: "bubblewrap" | "container") => {
  const args = [join(root, "apps", "sandbox", "src", "testing", "serve.ts"), isolator]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] })
  const exited = once(child, "exit")
  const ended = exited.then(() => Promise.reject(new Error("sandboxd ended before it was ready")))
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [string]
  ended.catch(() => undefined)
  return {
    ...Schema.decodeSync(Ready)(line),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await exited
    },
  }
}
