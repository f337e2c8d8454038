import { startTestContainer } from "./container.ts"
import { startTestDaemon } from "./daemon.ts"

// For the benchmark, which is another package: `node serve.ts bubblewrap|container` says where the daemon is, and ends with its input.
const start = async () => {
  if (process.argv[2] === "container") return startTestContainer()
  const daemon = await startTestDaemon({ maxSessions: 60, states: null })
  return { ...daemon, token: daemon.config.token }
}
const daemon = await start()
process.stdout.write(`${JSON.stringify({ url: daemon.url, token: daemon.token })}\n`)
process.stdin.resume().once("close", () => void daemon.stop().then(() => process.exit(0)))
