/**
 * Loaded into every Node process of a test run (`NODE_OPTIONS=--require`). When the process turns out to be a test runner it
 * adds the machine reporter to the runner's own arguments, leaves a `.started` mark, and removes every trace of itself from the
 * environment, so that the tests see none of it. Works through npm scripts, cross-env, c8, nyc and workspaces alike.
 * Plain CommonJS for Node 12 and newer: it runs under the repository's Node, not Loom's.
 */
export const preload = String.raw`"use strict"
;(function () {
  if (typeof Deno !== "undefined" || typeof Bun !== "undefined") return
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
    // Options of yargs (mocha 6 and newer); before that an unknown one ended it.
    var mochaMajor = 0
    try { mochaMajor = parseInt(require(main.replace(/\/mocha\/.*$/, "/mocha/package.json")).version, 10) } catch (e) {}
    add((mochaMajor >= 6 ? ["--no-bail"] : []).concat(["--reporter", path.join(here, "mocha-reporter.cjs")]))
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
  if (/\/tap\/(bin|dist\/\w+)\/run\.m?js$|\/@tapjs\/run\/dist\/.*index\.m?js$/.test(main)) {
    if (/^(list|config|dump-config|plugin|build|repl|report|replay|versions|debug|help)$/.test(words[0] || "")) return
    started("tap"); hide()
    add(["--output-file=" + report("tap", "tap")])
    return
  }
  if (/\/jasmine\/bin\/jasmine\.js$/.test(main)) {
    if (/^(init|examples|help|version)$/.test(words[0] || "")) return
    started("jasmine"); hide()
    fs.writeFileSync(path.join(here, "jasmine-target"), report("jasmine", "jsonl"))
    add(["--require=" + path.join(here, "jasmine-reporter.cjs")])
    return
  }
  // Where a library has no reporters its own events are heard.
  var log = function (runner) {
    var out = report(runner, "jsonl")
    return function (event) { try { fs.appendFileSync(out, JSON.stringify(event) + "\n") } catch (e) {} }
  }
  if (/\/uvu\/bin\.js$/.test(main)) {
    started("uvu"); hide()
    var told = log("uvu"), names = null
    // uvu notes the running test in its suite's state, and queues one function per suite.
    Object.defineProperty(Object.prototype, "__test__", {
      configurable: true,
      set: function (value) {
        var current = value
        Object.defineProperty(this, "__test__", { configurable: true, enumerable: true, get: function () { return current }, set: function (next) { current = next; if (next && names) names.push(String(next)) } })
      },
    })
    var strip = function (text) { return text.replace(/\u001b\[[0-9;]*m/g, "") }
    var running = null, queue = []
    var wrap = function (group, run, name) {
      return function () {
        names = []
        running = group
        return run().then(function (result) {
          var errors = typeof result[0] === "string" ? strip(result[0]) : "", suite = name || "", failed = {}
          var at, pattern = /^\s+FAIL\s+(?:(\S.*?)\s+)?"(.*)"$/gm, chunks = []
          while ((at = pattern.exec(errors))) { if (at[1]) suite = at[1]; chunks.push([at[2], at.index]) }
          chunks.forEach(function (c, i) { failed[c[0]] = errors.slice(c[1], i + 1 < chunks.length ? chunks[i + 1][1] : errors.length).trim() })
          names.forEach(function (n) {
            var message = Object.prototype.hasOwnProperty.call(failed, n) ? failed[n] : null
            told({ titles: suite ? [suite, n] : [n], file: group, status: message === null ? "passed" : "failed", message: message })
          })
          var unrun = result[3] - names.length
          if (unrun > 0) told({ load: group, message: "a hook failed: " + unrun + " of its tests did not run" })
          for (var s = 0; s < result[2]; s++) told({ titles: [(suite ? suite + " " : "") + "(skipped " + (s + 1) + ")"], file: group, status: "skipped" })
          names = null
          return result
        }, function (error) { told({ load: group, message: String((error && error.stack) || error) }); throw error })
      }
    }
    queue.push = function (group) {
      if (Array.isArray(group)) {
        var label = group[0]
        group.push = function (run) { return Array.prototype.push.call(group, wrap(label, run)) }
      }
      return Array.prototype.push.call(queue, group)
    }
    globalThis.UVU_QUEUE = queue
    process.on("exit", function (code) {
      if (code !== 0 && running === null) told({ load: "(uvu)", message: "exit code " + code + " before a suite ran" })
      if (names) told({ load: running, message: "the process ended in the middle of " + (names[names.length - 1] || "a suite") })
      told({ end: true })
    })
    return
  }
  if (config.runner === "tap" && main.indexOf("/node_modules/npm/") < 0) {
    // tape: its Test emits every result, however it was started.
    var Module = require("module"), load = Module._load, heard = false
    Module._load = function (request, parent) {
      var found = load.apply(this, arguments)
      if (!heard && request === "./lib/test" && parent && /[\\/]tape[\\/]index\.js$/.test(parent.filename || "") && found && found.prototype) {
        heard = true
        started("tape"); hide()
        var failed = false, said = log("tape"), emit = found.prototype.emit
        found.prototype.emit = function (event, result) {
          if (event === "result" && result && typeof result === "object") {
            if (!result.ok) failed = true
            var skip = result.skip !== undefined && result.skip !== false, todo = result.todo !== undefined && result.todo !== false
            var error = result.error
            said({
              titles: [String(this.name || "(anonymous)"), String(result.name || "(unnamed assert)")],
              status: skip || todo ? "skipped" : result.ok ? "passed" : "failed", expected: (todo && !result.ok) || undefined,
              message: result.ok || skip ? null : String((error && error.stack) || result.operator || "failed").slice(0, 3800) + (result.at ? "\n" + result.at : ""),
            })
          }
          return emit.apply(this, arguments)
        }
        process.on("exit", function (code) {
          if (code !== 0 && !failed) said({ load: main.indexOf(config.root + "/") === 0 ? main : "(tape)", message: "exit code " + code + " without a failing test" })
          said({ end: true })
        })
      }
      return found
    }
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
  flags.push("--require=" + path.join(here, "node-test-child.cjs"))
  flags.push("--test-reporter=file://" + path.join(here, "node-test-reporter.mjs"), "--test-reporter-destination=" + report("node:test", "jsonl"))
  var done = require("child_process").spawnSync(process.execPath, flags.concat(argv.slice(1)), { stdio: "inherit" })
  process.exit(done.status === null ? 1 : done.status)
})()
`
