import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import type { Discovery } from "./registry-sources.ts"

/** Discovery on the real machine. Each question has 10 seconds, and no answer is an answer. */
export const machineDiscovery = (env: NodeJS.ProcessEnv, cwd: string): Discovery => {
  const run = memoized(
    (command: string, args: ReadonlyArray<string>) =>
      new Promise<string | null>((resolve) => {
        execFile(command, [...args], { env, cwd, timeout: 10_000, maxBuffer: 4 * 1024 * 1024 }, (error, stdout) =>
          resolve(error === null ? stdout : null),
        )
      }),
  )
  return {
    env,
    run,
    readFile: (path) => readFile(path, "utf8").catch(() => null),
    fetchText: (url) =>
      fetch(url, { signal: AbortSignal.timeout(10_000) })
        .then((response) => (response.ok ? response.text() : null))
        .catch(() => null),
  }
}

const memoized = (run: Discovery["run"]): Discovery["run"] => {
  const answers = new Map<string, Promise<string | null>>()
  return (command, args) => {
    const key = JSON.stringify([command, ...args])
    const answer = answers.get(key) ?? run(command, args)
    answers.set(key, answer)
    return answer
  }
}
