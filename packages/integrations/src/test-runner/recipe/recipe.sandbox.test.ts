import { execFileSync } from "node:child_process"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect, Layer } from "effect"
import { SandboxHttp } from "../../sandbox/SandboxHttp.ts"
import { httpTransport, SandboxTransport } from "../../sandbox/SandboxTransport.ts"
import { startSandboxd, type TestSandboxd } from "../../sandbox/testing/start-sandboxd.ts"
import { testRunnerLayer } from "../TestRunnerLive.ts"
import { junit4, junit4Test, jvm, mavenProject, repository } from "../runners/jvm.fixture.ts"
import { missingFor } from "../runners/run-lane.fixture.ts"

let daemon: TestSandboxd
beforeAll(async () => void (daemon = await startSandboxd()))
afterAll(() => daemon.close())

/** The sandbox sees /usr of this machine and nothing of a person's home. */
const has = (...programs: ReadonlyArray<string>): boolean => {
  try {
    execFileSync("bash", ["-c", programs.map((program) => `command -v ${program}`).join(" && ")], {
      env: { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/lib/postgresql/15/bin" },
      stdio: "ignore",
    })
    return true
  } catch {
    return false
  }
}
/** Skipped with its reason in the name: a tool that is not on this machine. */
const needing = (programs: ReadonlyArray<string>, name: string) =>
  has(...programs) ? ([it.live, name] as const) : ([it.live.skip, `${name} (skipped: no ${programs.join(", ")} in /usr)`] as const)

let sessions = 0
/** Reads the recipe of these files inside the real walls, installs it, and runs its tests. */
const runIn = (files: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox
    const runner = yield* TestRunner
    const { id } = yield* sandbox.open({ id: `recipe-${++sessions}`, gateways: [], registries: [], reapAfterMs: 900_000 })
    return yield* Effect.gen(function* () {
      for (const [path, text] of Object.entries(files)) yield* sandbox.writeFile(id, path, text)
      yield* sandbox.exec(id, {
        id: "init",
        argv: ["bash", "-c", "git init -q && git add -A && git -c user.name=t -c user.email=t@example.test commit -qm base"],
        timeoutMs: 120_000,
      })
      const recipe = yield* runner.resolveRecipe(id, "k", {})
      const attempts = yield* runner.install(id, "k", recipe, () => {})
      const report = yield* runner.run(id, "k", recipe, { timeoutMs: 180_000, onOutput: () => {} })
      return { recipe, attempts, report }
    }).pipe(Effect.ensuring(Effect.orDie(sandbox.close(id))))
  }).pipe(
    Effect.provide(
      testRunnerLayer.pipe(
        Layer.provideMerge(
          SandboxHttp.pipe(
            Layer.provide(Layer.sync(SandboxTransport, () => httpTransport({ baseUrl: daemon.baseUrl, token: daemon.token }))),
          ),
        ),
      ),
    ),
  )

const commands = (lines: ReadonlyArray<{ readonly command: string }>) => lines.map((line) => line.command)

describe("recipes that run in the real sandbox", () => {
  {
    const [test, name] = needing(["make", "gcc"], "C with a Makefile")
    test(name, () =>
      Effect.gen(function* () {
        const { recipe, report } = yield* runIn({
          Makefile: "test: t\n\t./t\nt: t.c\n\t$(CC) -o t t.c\n",
          "t.c": '#include <stdio.h>\nint main(void) { puts("checked"); return 0; }\n',
        })
        assert.deepStrictEqual(recipe.test, [{ command: "make test", origin: "Makefile test" }])
        assert.strictEqual(report.exitCode, 0)
        assert.include(report.outputTail, "checked")
      }),
    )
  }
  {
    const [test, name] = needing(["cmake", "gcc"], "CMake, built outside the tree")
    test(name, () =>
      Effect.gen(function* () {
        const { recipe, report } = yield* runIn({
          "CMakeLists.txt":
            "cmake_minimum_required(VERSION 3.10)\nproject(x C)\nenable_testing()\nadd_executable(t t.c)\nadd_test(NAME sums COMMAND t)\n",
          "t.c": "int main(void) { return 0; }\n",
        })
        assert.strictEqual(recipe.runner, "ctest")
        assert.strictEqual(report.exitCode, 0)
        assert.match(report.outputTail, /sums .*Passed/)
      }),
    )
  }
  {
    const [test, name] = needing(["go"], "Go")
    test(name, () =>
      Effect.gen(function* () {
        const { recipe, report } = yield* runIn({
          "go.mod": "module example.test/x\n\ngo 1.18\n",
          "x_test.go": 'package x\n\nimport "testing"\n\nfunc TestOk(t *testing.T) {}\nfunc TestBad(t *testing.T) { t.Fatal("no") }\n',
        })
        assert.deepStrictEqual(commands(recipe.test), ["go test ./..."])
        assert.deepStrictEqual(report.counts, { passed: 1, failed: 1, skipped: 0 })
      }),
    )
  }
  {
    const [test, name] = needing(["ruby", "rake"], "Ruby with rake and minitest")
    test(name, () =>
      Effect.gen(function* () {
        const { recipe, report } = yield* runIn({
          Rakefile: 'require "rake/testtask"\nRake::TestTask.new\n',
          "test/test_a.rb": 'require "minitest/autorun"\nclass A < Minitest::Test\n  def test_ok = assert(true)\nend\n',
        })
        assert.deepStrictEqual([commands(recipe.test), recipe.runner], [["rake test"], "minitest"])
        assert.strictEqual(report.exitCode, 0)
        assert.include(report.outputTail, "1 runs, 1 assertions, 0 failures")
      }),
    )
  }
  {
    const [test, name] = needing(["bats"], "bats")
    test(name, () =>
      Effect.gen(function* () {
        const { recipe, report } = yield* runIn({ "test/a.bats": '@test "adds" {\n  [ "$((1 + 1))" = 2 ]\n}\n' })
        assert.deepStrictEqual([commands(recipe.install), commands(recipe.test)], [[], ["bats test"]])
        assert.strictEqual(report.exitCode, 0)
      }),
    )
  }
  {
    const [test, name] = needing(["prove"], "Perl")
    test(name, () =>
      Effect.gen(function* () {
        const { recipe, report } = yield* runIn({
          "lib/A.pm": "package A; sub two { 2 } 1;",
          "t/a.t": "use Test::More tests => 1; use A; is(A::two(), 2);\n",
        })
        assert.strictEqual(recipe.runner, "prove")
        assert.strictEqual(report.exitCode, 0)
        assert.include(report.outputTail, "All tests successful")
      }),
    )
  }
})

/** The detector's two lines for a `pom.xml`, from an empty home: what the install fetched must be all that the tests need without a network. */
describe("Maven, offline after its install", () => {
  const why = jvm.map(missingFor).find((reason) => reason !== null)
  const central = `<id>central</id><url>file://${repository}</url>`
  it.live.skipIf(why !== undefined)(
    `every test with its file, its name and why it failed${why === undefined ? "" : ` (skipped: ${why})`}`,
    () =>
      Effect.gen(function* () {
        const { recipe, attempts, report } = yield* runIn({
          ...mavenProject(
            `<repositories><repository>${central}</repository></repositories>
  <pluginRepositories><pluginRepository>${central}</pluginRepository></pluginRepositories>`,
          ),
          ".gitignore": "target\n",
          ...junit4([junit4Test("adds"), junit4Test("bad", 'Assert.assertEquals("sum", 1, A.add(1, 1));')].join("\n")),
        })
        assert.deepStrictEqual([recipe.runner, commands(recipe.test)], ["maven", ["mvn -B -ntp -o -fae test"]])
        assert.deepStrictEqual(
          attempts.map((attempt) => attempt.exitCode),
          [0],
        )
        const file = "src/test/java/x/ATest.java"
        assert.deepInclude(report, { verdict: "fail", complete: true, format: "machine", counts: { passed: 1, failed: 1, skipped: 0 } })
        assert.sameDeepMembers(
          report.tests.map((test) => [test.id, test.file, test.name, test.status]),
          [
            [`${file} > x.ATest > adds`, file, "adds", "passed"],
            [`${file} > x.ATest > bad`, file, "bad", "failed"],
          ],
        )
        assert.include(report.tests.find((test) => test.name === "bad")?.message ?? "", "sum expected:<1> but was:<2>")
      }),
    180_000,
  )
})

/** Asks a server on loopback one question, from a test. */
const asking = (port: number, question: string, answer: string) =>
  `const test = require("node:test"); const net = require("node:net"); test("answers", async () => { const socket = net.connect(${port}, "127.0.0.1"); socket.write(${question}); const seen = await new Promise((resolve, reject) => { socket.once("data", resolve); socket.once("error", reject) }); socket.destroy(); if (!String(seen).includes(${JSON.stringify(answer)})) throw new Error(String(seen)) })`

describe("services that the sandbox has", () => {
  {
    const [test, name] = needing(["redis-server", "redis-cli"], "redis answers the tests, on the port that the repository names")
    test(name, () =>
      Effect.gen(function* () {
        const { recipe, report } = yield* runIn({
          "compose.yml": 'services:\n  cache: { image: "redis:7", ports: ["6399:6379"] }\n',
          "package.json": '{"scripts":{"test":"node --test"}}',
          "a.test.js": asking(6399, '"PING\\r\\n"', "PONG"),
        })
        assert.deepInclude(recipe.services?.[0] ?? {}, { kind: "redis", port: 6399, state: "provided" })
        assert.deepInclude(report, { exitCode: 0, complete: true, counts: { passed: 1, failed: 0, skipped: 0 } })
      }),
    )
  }
  {
    const [test, name] = needing(["postgres", "initdb"], "postgres answers the tests with the repository's user and database")
    test(
      name,
      () =>
        Effect.gen(function* () {
          // PostgreSQL's protocol 3.0: length, version, parameters; `R` with 0 means that the user may work in that database.
          const startup = `(() => { const body = Buffer.from("user\\0app\\0database\\0app_test\\0\\0"); const head = Buffer.alloc(8); head.writeInt32BE(8 + body.length, 0); head.writeInt32BE(196608, 4); return Buffer.concat([head, body]) })()`
          const { recipe, report } = yield* runIn({
            "compose.yml":
              'services:\n  db: { image: "postgres:15", environment: { POSTGRES_USER: app, POSTGRES_DB: app_test }, ports: ["5439:5432"] }\n',
            "package.json": '{"scripts":{"test":"node --test"}}',
            "a.test.js": asking(5439, startup, "server_version"),
          })
          assert.deepInclude(recipe.services?.[0] ?? {}, { kind: "postgres", state: "provided" })
          assert.deepInclude(report, { exitCode: 0, complete: true, counts: { passed: 1, failed: 0, skipped: 0 } }, report.outputTail)
        }),
      90_000,
    )
  }
})
