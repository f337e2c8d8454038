import { startTestDaemon } from "./daemon.ts"

/** Prints medians in milliseconds, measured as a client over HTTP sees them: `pnpm --filter @loom/sandbox bench`. */
const measure = async (name: string, rounds: number, work: () => Promise<unknown>): Promise<void> => {
  const times: Array<number> = []
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]?.toFixed(1)
  process.stdout.write(`${name.padEnd(34)} median ${at(0.5)}  p95 ${at(0.95)}  min ${at(0)}\n`)
}

const daemon = await startTestDaemon()
try {
  const session = await daemon.open()
  await session.exec(["/bin/true"])
  await measure("exec /bin/true", 100, () => session.exec(["/bin/true"]))
  await measure("exec bash -c true", 50, () => session.exec("true"))
  await measure("exec node -e 0", 20, () => session.exec(["node", "-e", "0"]))
  await measure("exec with gateways", 50, () => session.exec(["/bin/true"], { gateways: true }))
  await measure("put and get a file of 1 KiB", 30, async () => {
    await session.put("f", "x".repeat(1024))
    await (await session.get("f")).text()
  })
  await measure("kill after a limit of 200 ms", 10, () => session.exec("sleep 10 & sleep 10", { timeoutMs: 200 }))
  await measure("open a session", 15, () => daemon.open())
  const closing = await daemon.open()
  await measure("open and first exec", 4, async () => (await daemon.open()).exec(["/bin/true"]))
  await measure("close a session", 1, () => closing.close())
} finally {
  await daemon.stop()
}
