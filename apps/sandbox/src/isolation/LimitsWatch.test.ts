import { describe, expect, it } from "vitest"
import type { BoxProcess, LimitHit } from "./Isolator.ts"
import { isForkBomb, LimitsWatch } from "./LimitsWatch.ts"

const tree = (counts = { oomKills: 0, pidsRefused: 0 }) => {
  const main = Promise.withResolvers<{ code: number; started: boolean }>()
  const gone = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<LimitHit>()
  let hit: LimitHit | null = null
  const box: BoxProcess = {
    pid: null,
    stdin: null,
    stdout: process.stdin,
    stderr: process.stdin,
    main: main.promise,
    gone: gone.promise,
    kill: () => gone.resolve(),
    end: (limit) => {
      hit ??= limit
      ended.resolve(limit)
      gone.resolve()
    },
    hit: () => hit,
    counts: () => counts,
  }
  return { box, ended: ended.promise, intoBackground: () => main.resolve({ code: 0, started: true }), leave: gone.resolve }
}

describe("LimitsWatch", () => {
  it("takes many refused forks for a bomb, and a few for bad luck", () => {
    expect([isForkBomb(3, 64), isForkBomb(15, 64), isForkBomb(16, 64), isForkBomb(200, 2048), isForkBomb(256, 2048)]).toEqual([
      false,
      false,
      true,
      false,
      true,
    ])
  })

  it("ends the bomb and not its neighbour", async () => {
    const watch = new LimitsWatch(64, [])
    const [bomb, hog, neighbour] = [
      tree({ oomKills: 0, pidsRefused: 1000 }),
      tree({ oomKills: 1, pidsRefused: 0 }),
      tree({ oomKills: 0, pidsRefused: 2 }),
    ]
    for (const { box } of [bomb, hog, neighbour]) watch.add(box)
    expect((await bomb.ended).reason).toBe("pids")
    expect((await hog.ended).reason).toBe("oom")
    expect(neighbour.box.hit()).toBe(null)
    neighbour.leave()
  })

  it("spares what was left running while something else can be ended", async () => {
    let full = false
    const hit: LimitHit = { reason: "disk_full", detail: "full" }
    const watch = new LimitsWatch(64, [{ look: () => (full ? hit : null) }])
    const [server, writer] = [tree(), tree()]
    watch.add(server.box)
    server.intoBackground()
    watch.add(writer.box)
    full = true
    expect(await writer.ended).toBe(hit)
    expect(server.box.hit()).toBe(null)
    // Alone with a disk that stays full it is the one.
    expect(await server.ended).toBe(hit)
  })

  it("asks what is there before something starts, but not while something else runs", async () => {
    let begun = 0
    const watch = new LimitsWatch(64, [{ begin: async () => void begun++, look: () => null }])
    const first = tree()
    await watch.begin()
    watch.add(first.box)
    await watch.begin()
    expect(begun).toBe(1)
    first.intoBackground()
    await first.box.main
    await watch.begin()
    expect(begun).toBe(2)
    first.leave()
  })
})
