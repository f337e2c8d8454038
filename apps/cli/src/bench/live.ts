import { loadDemo } from "../demo/demo.ts"
import { startWorld } from "../world/World.ts"
import { distribution } from "./distribution.ts"

const viewers = 100
/** Issue 5: on the screen within a second, at the 99th percentile. */
const targetMs = 1_000

interface Message {
  readonly type: "task" | "event" | "log" | "end"
  readonly items?: ReadonlyArray<{ readonly seq: number; readonly at: number }>
}

/** One person who looks at a task from its start to its end: when each event came, and whether each came once. */
const watch = (
  url: string,
  token: string,
  ready: () => void,
): Promise<{ readonly delays: ReadonlyArray<number>; readonly lines: number }> =>
  new Promise((resolve, reject) => {
    // undici's own extension of the constructor; the local user's authority is for pages alone.
    const init: object = { headers: { authorization: `Bearer ${token}` } }
    const socket: WebSocket = Reflect.construct(WebSocket, [url, init])
    const delays: Array<number> = []
    let [events, lines, joinedAt] = [0, 0, 0]
    socket.addEventListener("message", ({ data }) => {
      const now = Date.now()
      const message = JSON.parse(String(data)) as Message
      if (joinedAt === 0) {
        joinedAt = now
        ready()
      }
      for (const { at, seq } of message.items ?? []) {
        if (message.type === "event" && seq !== ++events) reject(new Error(`event ${seq} came where ${events} was due`))
        if (message.type === "log" && seq !== ++lines) reject(new Error(`line ${seq} came where ${lines} was due`))
        // What happened before the viewer came was not waited for. Both clocks are this machine's.
        if (message.type === "event" && at > joinedAt) delays.push(now - at)
      }
      socket.send(JSON.stringify({ type: "ack", chars: String(data).length }))
      if (message.type !== "end") return
      socket.close()
      resolve({ delays, lines })
    })
    socket.addEventListener("error", () => reject(new Error("the live feed closed with an error")))
  })

/** A run of the sample in a world of its own, with a hundred people looking at it: how long after it happened each was told. */
export const benchLive = async (root: string, say: (text: string) => void) => {
  await using world = await startWorld({ root, name: "bench", env: process.env, recorded: true, onStep: say })
  const demo = loadDemo()
  const repository = await world.addRepository({ owner: "bench", name: demo.repositoryName, files: demo.files })
  const { taskId } = await world.openAndLabelIssue({ repository, issue: demo.issue, change: demo.recordedChange })
  let connected = 0
  const url = `${world.url.replace(/^http/, "ws")}/api/v1/tasks/${taskId}/live`
  const all = await Promise.all(
    Array.from({ length: viewers }, () =>
      watch(url, world.apiToken, () => {
        connected += 1
        if (connected === viewers) say(`${viewers} viewers are connected`)
      }),
    ),
  )
  const delivered = distribution(all.flatMap(({ delays }) => delays))
  return { viewers, linesEach: all[0]?.lines ?? 0, delivered, targetMs, met: delivered.p99Ms < targetMs }
}
