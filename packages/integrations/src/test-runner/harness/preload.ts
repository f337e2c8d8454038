/**
 * Loaded into every Node process of a test run (`NODE_OPTIONS=--require`). When the process turns out to be a test runner it
 * adds the machine reporter to the runner's own arguments, leaves a `.started` mark, and removes every trace of itself from the
 * environment, so that the tests see none of it. Works through npm scripts, cross-env, c8, nyc and workspaces alike.
 * Plain CommonJS for Node 12 and newer: it runs under the repository's Node, not Loom's.
 */
export const preload = String.raw`"use strict"
;(function () {
  var fs = require("fs"), path = require("path")
  try { if (!require("worker_threads").isMainThread) return } catch (e) { return }
  if (process.env.NODE_TEST_CONTEXT) return
  var here = __dirname, config
  try { config = JSON.parse(fs.readFileSync(path.join(here, "config.json"), "utf8")) } catch (e) { return }
  var argv = process.argv, main = argv[1] || ""
  try { main = fs.realpathSync(main) } catch (e) {}
  main = main.split(path.sep).join("/")
  var report = function (runner, extension) { return path.join(config.reports, runner.replace(":", "-") + "-" + process.pid + "." + extension) }
  var started = function (runner) { fs.writeFileSync(report(runner, "started"), main) }
  var hide = function () {
    var options = (process.env.NODE_OPTIONS || "").split("--require " + __filename).join("").trim()
    if (options) process.env.NODE_OPTIONS = options
    else delete process.env.NODE_OPTIONS
    process.env.PATH = (process.env.PATH || "").split(":").filter(function (p) { return p !== path.join(here, "bin") }).join(":")
  }
  var add = function (args) {
    var at = argv.indexOf("--")
    if (at < 0) argv.push.apply(argv, args)
    else argv.splice.apply(argv, [at, 0].concat(args))
  }
  // nyc before 15 puts a shim in front: the program it starts comes next.
  var at = 2
  if (/\/\.node-spawn-wrap-[^/]+\//.test(main) && argv[2]) {
    at = 3
    main = argv[2]
    try { main = fs.realpathSync(path.resolve(main)) } catch (e) {}
  }
  var words = argv.slice(at)
  // Tests that read the arguments of their own process must not meet ours: gone once the runner has read them.
  var whenLoaded = function (then) {
    var left = 10000
    var look = function () {
      var entry = process.mainModule
      if ((entry && entry.loaded) || left-- <= 0) then()
      else setImmediate(look)
    }
    setImmediate(look)
  }
  var positional = function (except) { return words.filter(function (w) { return w[0] !== "-" && except.indexOf(w) < 0 }) }
  var files = config.only || []

  if (/\/vitest\/(vitest|dist\/cli(-wrapper)?)\.m?js$/.test(main) || /\/vite-plus\/bin\/.*vitest/.test(main)) {
    if (/^(bench|list|init)$/.test(words[0] || "")) return
    started("vitest"); hide()
    add(["--reporter=default", "--reporter=json", "--outputFile.json=" + report("vitest", "json")])
    if (positional(["run", "related", "dev", "watch"]).length === 0) add(files)
    return
  }
  if (/\/jest(-cli)?\/bin\/jest(\.js)?$/.test(main) || /\/react-scripts\/scripts\/test\.js$/.test(main)) {
    if (words.some(function (w) { return /^--(version|showConfig|listTests|clearCache|init)$/.test(w) })) return
    started("jest"); hide()
    var before = argv.slice()
    whenLoaded(function () { argv.splice.apply(argv, [0, argv.length].concat(before)) })
    add(["--json", "--testLocationInResults", "--outputFile=" + report("jest", "json")])
    if (files.length > 0 && positional([]).length === 0) add(["--runTestsByPath"].concat(files))
    return
  }
  if (/\/mocha\/(bin\/_?mocha(\.js)?|lib\/cli\/cli\.js)$/.test(main)) {
    started("mocha"); hide()
    fs.writeFileSync(path.join(here, "mocha-target"), report("mocha", "json"))
    process.env.LOOM_MOCHA_REPORT = report("mocha", "json")
    add(["--reporter", path.join(here, "mocha-reporter.cjs")])
    return
  }
  if (/\/ava\/(entrypoints\/|profile)?cli\.m?js$/.test(main)) {
    started("ava"); hide()
    add(["--tap"])
    var out = fs.openSync(report("ava", "tap"), "a")
    var write = process.stdout.write
    process.stdout.write = function (chunk) {
      fs.writeSync(out, typeof chunk === "string" ? chunk : Buffer.from(chunk))
      return write.apply(process.stdout, arguments)
    }
    return
  }
  if (/\/(tap|@tapjs\/run|tape)\/bin\/(run\.m?js|tape)$|\/@tapjs\/run\/dist\/.*index\.js$/.test(main)) {
    hide()
    if (!/tape$/.test(main)) add(["--reporter=tap"])
    return
  }
  // A build in front of the tests is a script of its own: package managers say its name.
  var building = /^(pre|post)?(build|compile|bundle|generate|codegen)/.test(process.env.npm_lifecycle_event || "")
  var direct = config.runner === "node:test" && !building && main.indexOf(config.root + "/") === 0 && main.indexOf("/node_modules/") < 0 && main.indexOf("/.yarn/") < 0
  var testing = process.execArgv.indexOf("--test") >= 0
  if (!testing && !direct) return
  if (process.execArgv.some(function (a) { return a === "--watch" || a === "--test-only-list" })) return
  var version = process.versions.node.split(".").map(Number)
  if (version[0] < 18 || (version[0] === 18 && version[1] < 15)) return
  started("node:test"); hide()
  // Reporters of node:test are options of the node binary: only a new process can have them.
  var own = process.execArgv.filter(function (a) { return /^--test-reporter(=|$)/.test(a) }).length
  var sinks = process.execArgv.filter(function (a) { return /^--test-reporter-destination(=|$)/.test(a) }).length
  var flags = process.execArgv.slice()
  for (var i = sinks; i < own; i++) flags.push("--test-reporter-destination=stdout")
  if (own === 0) flags.push("--test-reporter=spec", "--test-reporter-destination=stdout")
  flags.push("--test-reporter=file://" + path.join(here, "node-test-reporter.mjs"), "--test-reporter-destination=" + report("node:test", "jsonl"))
  var done = require("child_process").spawnSync(process.execPath, flags.concat(argv.slice(1)), { stdio: "inherit" })
  process.exit(done.status === null ? 1 : done.status)
})()
`

/** A reporter of node:test (Node 18.15 and newer): one JSON object per event, and an end mark. */
export const nodeTestReporter = String.raw`const text = (error) => {
  const cause = error && error.cause
  return cause && cause.stack ? String(cause.stack) : cause && cause.message ? String(cause.message) : typeof cause === "string" ? cause : String((error && error.message) || "failed")
}
export default async function* (events) {
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue
    const error = data.details && data.details.error
    yield JSON.stringify({
      ok: type === "test:pass", name: data.name, nesting: data.nesting, file: data.file, entry: data.entryFile, line: data.line,
      skip: data.skip !== undefined && data.skip !== false, todo: data.todo !== undefined && data.todo !== false,
      suite: data.details && data.details.type === "suite", ms: data.details && data.details.duration_ms,
      failure: error ? error.failureType : undefined, exitCode: error ? error.exitCode : undefined,
      message: error ? text(error).slice(0, 4000) : undefined,
    }) + "\n"
  }
  yield '{"end":true}\n'
}
`

/** A reporter of mocha (every version): the human output of `spec`, and one JSON file at the end. */
export const mochaReporter = String.raw`"use strict"
var fs = require("fs"), path = require("path")
var target = process.env.LOOM_MOCHA_REPORT || fs.readFileSync(path.join(__dirname, "mocha-target"), "utf8")
delete process.env.LOOM_MOCHA_REPORT
var own = process.argv.indexOf(__filename)
if (own > 0) process.argv.splice(own - 1, 2)
var folder = path.dirname(fs.realpathSync(process.argv[1]))
while (!fs.existsSync(path.join(folder, "lib", "reporters", "spec.js")) && folder !== path.dirname(folder)) folder = path.dirname(folder)
var Spec = require(path.join(folder, "lib", "reporters", "spec.js"))
module.exports = function (runner, options) {
  Spec.call(this, runner, options)
  var seen = new Map()
  var note = function (status) {
    return function (test, error) {
      var known = seen.get(test)
      if (known && known.status === "failed") return
      var titles = [], at = test
      while (at) { if (at.title) titles.unshift(at.title); at = at.parent }
      var owner = test
      while (owner && !owner.file) owner = owner.parent
      seen.set(test, {
        titles: titles, file: owner ? owner.file : null, status: status, ms: typeof test.duration === "number" ? test.duration : null,
        message: error ? String(error.stack || error.message || error).slice(0, 4000) : null,
      })
    }
  }
  runner.on("pass", note("passed"))
  runner.on("fail", note("failed"))
  runner.on("pending", note("skipped"))
  runner.on("end", function () { fs.writeFileSync(target, JSON.stringify({ tests: Array.from(seen.values()) })) })
}
module.exports.prototype = Object.create(Spec.prototype)
`
