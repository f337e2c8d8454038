/** Reporters that the Node runners are given by `preload.ts`. Each runs under the repository's own Node. */

/** Loaded into the processes of node:test's files: one that ends itself with success, tests or not, is noted by its name. */
export const nodeTestChild = String.raw`"use strict"
var fs = require("fs"), path = require("path")
if (process.env.NODE_TEST_CONTEXT) {
  process.execArgv = process.execArgv.filter(function (a) { return a.indexOf(__filename) < 0 })
  var exit = process.exit, where = path.join(__dirname, "reports", "node-exits.txt"), main = process.argv[1]
  process.exit = function (code) {
    var status = code === undefined ? process.exitCode || 0 : code
    var testing = (process.moduleLoadList || []).some(function (m) { return /internal\/test_runner\/(harness|test)$/.test(m) })
    try { if (Number(status) === 0 && testing) fs.appendFileSync(where, main + "\n") } catch (e) {}
    return exit.apply(process, arguments)
  }
}
`

/** A reporter of jasmine (3 and newer), beside the ones that the repository has. */
export const jasmineReporter = String.raw`"use strict"
var fs = require("fs"), path = require("path")
var target = fs.readFileSync(path.join(__dirname, "jasmine-target"), "utf8")
var own = process.argv.findIndex(function (a) { return a.indexOf(__filename) >= 0 })
if (own > 0) process.argv.splice(own, 1)
var write = function (event) { fs.appendFileSync(target, JSON.stringify(event) + "\n") }
var words = function (list) { return (list || []).map(function (e) { return (e.message || "") + "\n" + (e.stack || "") }).join("\n").slice(0, 4000) }
var suites = [], loads = function (result, name) { if ((result.failedExpectations || []).length > 0) write({ load: name, message: words(result.failedExpectations) }) }
jasmine.getEnv().addReporter({
  suiteStarted: function (suite) { suites.push(suite.description) },
  suiteDone: function (suite) { suites.pop(); loads(suite, suite.filename || suite.fullName) },
  specDone: function (spec) {
    write({
      titles: suites.concat([spec.description]), file: spec.filename || null, ms: spec.duration === undefined ? null : spec.duration,
      status: spec.status === "passed" ? "passed" : spec.status === "failed" ? "failed" : "skipped",
      message: spec.status === "failed" ? words(spec.failedExpectations) : null,
    })
  },
  jasmineDone: function (done) {
    loads(done, "(top level)")
    write({ end: true, incomplete: done.overallStatus === "incomplete" && done.incompleteCode !== "noSpecsFound" ? done.incompleteReason || "incomplete" : null })
  },
})
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
if (own > 0) process.argv.splice(own - 2, 3)
var folder = path.dirname(fs.realpathSync(process.argv[1]))
while (!fs.existsSync(path.join(folder, "lib", "reporters", "spec.js")) && folder !== path.dirname(folder)) folder = path.dirname(folder)
var spec = require(path.join(folder, "lib", "reporters", "spec.js")), Spec = spec.default || spec.Spec || spec
module.exports = function (runner, options) {
  new Spec(runner, options)
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
  // Every test of the tree, before .only and failing hooks take some out of it.
  var all = [], focused = false
  var walk = function (suite) { (suite.tests || []).forEach(function (t) { all.push(t) }); (suite.suites || []).forEach(walk) }
  if (runner.suite) {
    walk(runner.suite)
    focused = typeof runner.suite.hasOnly === "function" && runner.suite.hasOnly()
  }
  runner.on("pass", note("passed"))
  runner.on("fail", note("failed"))
  runner.on("pending", note("skipped"))
  runner.on("end", function () {
    var grep = runner._grep
    all.forEach(function (t) {
      if (seen.has(t)) return
      var matches = !grep || !grep.source || grep.test(t.fullTitle()) !== Boolean(runner._invert)
      if (matches) note("skipped")(t, { message: focused ? "not run: another test is focused (.only)" : "not run: a hook failed or the run was stopped" })
    })
    fs.writeFileSync(target, JSON.stringify({ tests: Array.from(seen.values()) }))
  })
}
`
