import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { BadInput } from "./CliError.ts"
import { parseArguments } from "./parse-arguments.ts"

const complaint = (argv: ReadonlyArray<string>): string => {
  try {
    parseArguments(argv)
  } catch (error) {
    assert.instanceOf(error, BadInput)
    return error.message
  }
  return assert.fail(`accepted ${argv.join(" ")}`)
}

describe("start", () => {
  it("serves on a port of the system's choice until it is stopped", () =>
    assert.deepStrictEqual(parseArguments(["start"]), { name: "start", exit: false, port: null }))

  it("takes --exit and --port", () =>
    assert.deepStrictEqual(parseArguments(["start", "--exit", "--port", "8787"]), { name: "start", exit: true, port: 8787 }))

  it.each(["0", "65536", "http", "1.5", ""])("refuses --port %j", (port) =>
    assert.match(complaint(["start", `--port=${port}`]), /1 to 65535/),
  )
})

describe("try", () => {
  it("needs a repository and an issue, and names the one that is missing", () => {
    assert.match(complaint(["try", "--issue", "a.md"]), /^Give --repo/)
    assert.match(complaint(["try", "--repo", "."]), /^Give --issue/)
  })

  it("keeps every value as it was typed", () =>
    fc.assert(
      fc.property(
        fc.record({ repo: word, ref: fc.option(word), issue: word, replay: fc.option(word), json: fc.option(word), keep: fc.boolean() }),
        ({ keep, ...values }) => {
          const argv = Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [`--${name}=${value}`]))
          const { repo, ...rest } = values
          assert.deepStrictEqual(parseArguments(["try", ...argv, ...(keep ? ["--keep"] : [])]), {
            name: "try",
            repository: repo,
            ...rest,
            keep,
          })
        },
      ),
    ))

  it("refuses what it does not know", () => {
    assert.match(complaint(["try", "--repo", ".", "--issue", "a.md", "--reply", "x.json"]), /--reply/)
    assert.match(complaint(["try", "--repo", ".", "--issue", "a.md", "stray"]), /"stray"/)
  })
})

const word = fc.string({ minLength: 1 }).filter((value) => value.trim() !== "")

describe("other commands", () => {
  it("shows a task by its id", () => assert.deepStrictEqual(parseArguments(["show", "t1"]), { name: "show", task: "t1" }))
  it("helps when nothing is asked", () => assert.deepStrictEqual(parseArguments([]), { name: "help" }))
  it("answers an unknown word with the usage", () => assert.match(complaint(["strat"]), /"strat"[\s\S]*usage:/))
})

describe("verify", () => {
  it("takes a proof, and what it is to be held against", () => {
    const nothing = { key: null, repo: null, hash: null, json: false }
    assert.deepStrictEqual(parseArguments(["verify", "proof.json"]), { name: "verify", proof: "proof.json", ...nothing })
    const hash = "aB".repeat(32)
    assert.deepStrictEqual(parseArguments(["verify", "https://l/p", "--key=k", "--repo=.", "--hash", hash, "--json"]), {
      name: "verify",
      proof: "https://l/p",
      key: "k",
      repo: ".",
      hash,
      json: true,
    })
  })

  it("says what is missing, too much, or no hash", () => {
    assert.match(complaint(["verify"]), /^Give the file or URL of a proof/)
    assert.match(complaint(["verify", "a", "b"]), /^Unexpected argument "b"/)
    assert.match(complaint(["verify", "a", "--hash=abc"]), /64 hexadecimal digits/)
    assert.match(complaint(["keygen", "now"]), /^Unexpected argument "now"/)
  })
})
