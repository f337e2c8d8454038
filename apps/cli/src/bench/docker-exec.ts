import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { promisify } from "node:util"
import { measure, type Distribution } from "./distribution.ts"

const run = promisify(execFile)

/**
 * `docker exec … /bin/true` in a container of any image that is there already, for comparison. A text says why there is no figure: no engine
 * answers, or it has no image to start.
 */
export const dockerExec = async (times: number): Promise<Distribution | string> => {
  const docker = async (...args: ReadonlyArray<string>) => (await run("docker", [...args], { timeout: 20_000 })).stdout.trim()
  try {
    const [image] = (await docker("images", "--quiet")).split("\n")
    if (image === undefined || image === "") return "the Docker engine has no image"
    const id = await docker("run", "--detach", "--rm", "--network", "none", "--entrypoint", "sleep", image, "600")
    try {
      const inContainer = async () => {
        const [code] = (await once(spawn("docker", ["exec", id, "/bin/true"], { stdio: "ignore" }), "exit")) as [number | null]
        if (code !== 0) throw new Error(`docker exec ended with ${code}`)
      }
      return await measure(times, inContainer)
    } finally {
      await docker("rm", "--force", id)
    }
  } catch (error) {
    return `no Docker engine answers: ${(error instanceof Error ? error.message : String(error)).split("\n").at(-1) ?? ""}`
  }
}
