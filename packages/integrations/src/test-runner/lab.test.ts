import { it } from "@effect/vitest"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { localSandbox } from "./local-sandbox.fixture.ts"
import { repository } from "./repository.fixture.ts"
import { testRunnerLayer } from "./TestRunnerLive.ts"
const run = (name: string, files: Record<string, string>, lock: string[] = [], cut = false) => it.live(name, () => Effect.gen(function* () {
  const repo = repository({ ...files, ".gitignore": "node_modules\n.yarn\n.pnp*\n" })
  for (const l of lock) { try { execFileSync("bash", ["-c", l], { cwd: repo.root, stdio: "pipe" }) } catch (e) { console.log(name, "LOCK FAILED", String((e as any).stderr).slice(-600), String((e as any).stdout).slice(-600)) } }
  execFileSync("git", ["add", "-A"], { cwd: repo.root }); execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@e", "commit", "-qm", "lock", "--allow-empty"], { cwd: repo.root })
  yield* Effect.gen(function* () {
    const r = yield* TestRunner
    const recipe = yield* r.resolveRecipe("s", "k", {})
    console.log(name, recipe.runner, JSON.stringify(recipe.install), JSON.stringify(recipe.test))
    const t0 = Date.now()
    const i = yield* r.install("s", "k2", recipe, () => {})
    console.log(name, JSON.stringify(i), Date.now() - t0)
    const report = yield* r.run("s", "k", recipe, { timeoutMs: 60000, onOutput: () => {} })
    console.log(name, JSON.stringify({ ...report, outputTail: report.tests.length === 0 || !report.complete ? report.outputTail.slice(-1500) : "", tests: report.tests.map((t) => [t.id, t.status, t.location?.line, t.message?.slice(0, 60)]) }))
    console.log(name, "STATUS", execFileSync("git", ["status", "--porcelain"], { cwd: repo.root, encoding: "utf8" }))
  }).pipe(Effect.provide(testRunnerLayer.pipe(Layer.provide(localSandbox(repo.root, repo.home)))), Effect.catch((e: any) => Effect.sync(() => console.log(name, "ERR", e.message, e.output?.slice(-1500)))))
  repo.remove()
}), 300000)
const pkg = (test: string, dev: object, extra = {}) => JSON.stringify({ name: "x", version: "1.0.0", scripts: { test }, devDependencies: dev, ...extra })
const mt = { "test/a.js": `it("ok",()=>{}); it("bad",()=>{throw new Error("no")})` }
run("npm", { ...mt, "package.json": pkg("mocha", { mocha: "10.8.2" }) }, ["npm install --package-lock-only"])
run("npm-drift", { ...mt, "package.json": pkg("mocha", { mocha: "10.8.2" }) }, ["npm install --package-lock-only", `sed -i 's/10.8.2"/10.7.3"/' package.json`])
run("yarn1", { ...mt, "package.json": pkg("mocha", { mocha: "10.8.2" }) }, ["npm install --prefix /tmp/tr-lab/y yarn@1.22.22 && /tmp/tr-lab/y/node_modules/.bin/yarn install --ignore-scripts && rm -rf node_modules"])
run("yarn1-host", { ...mt, "package.json": pkg("mocha", { mocha: "10.8.2" }) }, ["/tmp/tr-lab/y/node_modules/.bin/yarn install --ignore-scripts && rm -rf node_modules && sed -i -E 's#https://[^/]+/#https://registry.example.test/#' yarn.lock"])
run("berry", { ...mt, "package.json": pkg("mocha", { mocha: "10.8.2" }, { packageManager: "yarn@4.9.1" }), ".yarnrc.yml": "nodeLinker: pnp\n" }, ["npm install --prefix /tmp/tr-lab/b @yarnpkg/cli-dist@4.9.1 && CI=0 YARN_ENABLE_IMMUTABLE_INSTALLS=0 /tmp/tr-lab/b/node_modules/.bin/yarn install --mode=update-lockfile"])
run("pnpm", { ...mt, "package.json": pkg("mocha", { mocha: "10.8.2" }, { packageManager: "pnpm@9.15.9" }) }, ["npm install --prefix /tmp/tr-lab/p pnpm@9.15.9 && /tmp/tr-lab/p/node_modules/.bin/pnpm install --lockfile-only"])
run("node18", { "test/a.test.js": `require("node:test")("v", ()=>{ require("assert").equal(process.version.split(".")[0], "v18") })`, ".nvmrc": "18\n", "package.json": pkg("node --test", { "is-odd": "3.0.1" }) }, ["npm install --package-lock-only"])
run("bun", { "a.test.ts": `import {test,expect} from "bun:test"; test("ok",()=>{}); test("bad",()=>{expect(1).toBe(2)})`, "package.json": pkg("bun test", {}, { packageManager: "bun@1.3.1" }) })
run("py", { "pyproject.toml": `[build-system]\nrequires=["setuptools"]\nbuild-backend="setuptools.build_meta"\n[project]\nname="foo"\nversion="1"\n[project.optional-dependencies]\ntest=["pytest"]\n[tool.setuptools]\npackages=["foo"]\n`, "foo/__init__.py": "X=1\n", "tests/test_a.py": "from foo import X\ndef test_x(): assert X==1\n" })
run("missing", { ...mt, "package.json": pkg("mocha", { "loom-no-such-package-xyz-1": "1.0.0" }) })
