import { assert, describe, it } from "@effect/vitest"
import { asJson } from "../bin/lib/problem.mjs"
import { ApiFailed } from "./api-client.ts"
import { BadInput, NoLoom, WorldFailed } from "./CliError.ts"
import { errorText, problemOf, wantsJson } from "./problem.ts"

const url = "https://loom.example/api/v1/tasks/t"
const none = { status: null, remedy: null, instance: null }

describe("an error for a program", () => {
  it.each([
    [
      new ApiFailed({ url, status: 409, detail: "It runs.", title: "Already running", code: "already_running", remedy: "Of the API." }),
      {
        title: "Already running",
        status: 409,
        code: "already_running",
        detail: "It runs.",
        remedy: "Stop it first with `loom cancel`, or wait for its end.",
        instance: url,
        exitCode: 1,
      },
    ],
    [
      new ApiFailed({ url, status: 502, detail: "<html>" }),
      { ...none, title: "Loom refused", status: 502, code: "unexpected_answer", detail: "<html>", instance: url, exitCode: 1 },
    ],
    [
      new ApiFailed({ url, status: null, detail: "refused" }),
      {
        title: "Loom does not answer",
        status: null,
        code: "unreachable",
        detail: "refused",
        remedy: "Start Loom with `npm start`, or set LOOM_URL.",
        instance: url,
        exitCode: 5,
      },
    ],
    [
      new BadInput({ detail: "Give the task.", remedy: "usage: loom show <task>" }),
      { ...none, title: "Not said right", code: "bad_input", detail: "Give the task.", remedy: "usage: loom show <task>", exitCode: 2 },
    ],
    [new NoLoom({ detail: "None." }), { ...none, title: "There is no Loom", code: "no_loom", detail: "None.", exitCode: 5 }],
    [
      new WorldFailed({ part: "the Worker", detail: "It died.", remedy: "Read its log.", logTail: "Error: x" }),
      {
        ...none,
        title: "The local world failed",
        code: "world_failed",
        detail: "the Worker: It died.",
        remedy: "Read its log.",
        exitCode: 1,
      },
    ],
    [
      new TypeError("x is not a function"),
      {
        ...none,
        title: "A mistake of Loom's",
        code: "internal",
        detail: "x is not a function",
        remedy: "Run it again without --json to see where, and report that.",
        exitCode: 1,
      },
    ],
  ])("%s", (error, expected) => {
    assert.deepStrictEqual(problemOf(error), { type: `urn:loom:problem:${expected.code}`, ...expected })
    const text = errorText(error, true)
    assert.deepStrictEqual(JSON.parse(text), problemOf(error))
    assert.strictEqual(text.trimEnd().split("\n").length, 1)
  })

  it("has the same members where the machine lacks what Loom needs", () =>
    assert.sameMembers(Object.keys(JSON.parse(asJson(new Error("no git"))) as object), Object.keys(problemOf(new Error("x")))))
})

it.each<readonly [string, boolean]>([
  ["show t --json", true],
  ["shwo --json", true],
  ["try --json=out.json", true],
  ["try --json out.json", true],
  ["show t", false],
  ["show t --json=false", false],
  ["show --jsonish", false],
  ["submit o/n -- --json", false],
])("loom %s: %s", (words, json) => assert.strictEqual(wantsJson(words.split(" ")), json))

it("tells a person in sentences, and a defect with its place", () => {
  assert.strictEqual(errorText(new BadInput({ detail: "No.", remedy: "usage: x" }), false), "No.\nusage: x\n")
  assert.match(errorText(new Error("bug"), false), /^Error: bug\n +at /)
})
