import { afterAll, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SandboxHttp } from "../../sandbox/SandboxHttp.ts"
import { httpTransport, SandboxTransport } from "../../sandbox/SandboxTransport.ts"
import { startSandboxd, type TestSandboxd } from "../../sandbox/testing/start-sandboxd.ts"
import { testRunnerLayer } from "../TestRunnerLive.ts"
import { javascript } from "./javascript.fixture.ts"
import { missingFor, runLane, tools } from "./run-lane.fixture.ts"
import { systems } from "./systems.fixture.ts"
let daemon: TestSandboxd
beforeAll(async () => void (daemon = await startSandboxd(0, crypto.randomUUID(), tools)))
afterAll(() => daemon.close())
const world = testRunnerLayer.pipe(Layer.provideMerge(SandboxHttp.pipe(Layer.provide(Layer.sync(SandboxTransport, () => httpTransport({ baseUrl: daemon.baseUrl, token: daemon.token }))))))
describe("try", () => {
  for (const lane of [...javascript, ...systems].filter((l) => !process.env["LANE"] || process.env["LANE"].split(",").includes(l.name))) {
    it.live(lane.name, () => Effect.gen(function* () {
      const why = missingFor(lane)
      if (why) { console.log(lane.name, why); return }
      const t = Date.now()
      const r = yield* runLane(lane)
      console.log(lane.name, Date.now() - t, "ms\n" + Object.entries(r).map(([v, x]) => `  ${v.padEnd(8)} ${x.verdict} ${x.format} ${x.runner} ${x.counts.passed}/${x.counts.failed}/${x.counts.skipped} exit ${x.exitCode} ${x.complete} ${x.problem ?? ""} ${x.tests.map((t) => t.id + ":" + t.status).join(", ")} L:${x.loadErrors.map((e) => e.file)}` + (process.env["TAIL"] ? "\n" + x.outputTail.slice(-700) : "")).join("\n"))
    }).pipe(Effect.provide(world)), 200000)
  }
})
