import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { BadInput } from "./CliError.ts"
import type { Order } from "./commands/Order.ts"
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
  const common = { url: null, json: false }
  it.each<readonly [string, Order]>([
    ["show t1", { name: "show", task: "t1", ...common }],
    ["show t1 --json --url https://l", { name: "show", task: "t1", url: "https://l", json: true }],
    ["list", { name: "list", status: null, repository: null, search: null, cursor: null, limit: 25, ...common }],
    ["ls --status failed --limit 3", { name: "list", status: "failed", repository: null, search: null, cursor: null, limit: 3, ...common }],
    ["logs t1 -f", { name: "logs", task: "t1", follow: true, exitStatus: false, ...common }],
    ["logs -f t1 --exit-status", { name: "logs", task: "t1", follow: true, exitStatus: true, ...common }],
    ["cancel t1", { name: "cancel", task: "t1", ...common }],
    ["pause t1", { name: "pause", task: "t1", ...common }],
    ["resume t1 --json", { name: "resume", task: "t1", url: null, json: true }],
    ["approve t1", { name: "approve", task: "t1", note: null, ...common }],
    ["approve t1 --note=Mind_the_gap", { name: "approve", task: "t1", note: "Mind_the_gap", ...common }],
    ["retry t1", { name: "retry", task: "t1", from: null, ...common }],
    ["retry t1 --from verify", { name: "retry", task: "t1", from: "verify", ...common }],
    [
      "submit o/n#7",
      { name: "submit", repository: "o/n", issueNumber: 7, title: null, bodyFile: null, as: null, approval: false, key: null, ...common },
    ],
    [
      "submit o/n#7 --approval",
      { name: "submit", repository: "o/n", issueNumber: 7, title: null, bodyFile: null, as: null, approval: true, key: null, ...common },
    ],
    [
      "submit https://github.com/o/n/issues/7 --as ada",
      { name: "submit", repository: "o/n", issueNumber: 7, title: null, bodyFile: null, as: "ada", approval: false, key: null, ...common },
    ],
    [
      "submit o/n --title T --body-file - --idempotency-key k",
      { name: "submit", repository: "o/n", issueNumber: null, title: "T", bodyFile: "-", as: null, approval: false, key: "k", ...common },
    ],
    ["usage --days 7", { name: "usage", days: 7, ...common }],
    ["openapi", { name: "openapi", ...common }],
    ["login --url https://l --scope admin", { name: "login", scope: "admin", url: "https://l", json: false }],
    ["logout", { name: "logout", ...common }],
    ["whoami --json", { name: "whoami", url: null, json: true }],
    ["admin accounts", { name: "accounts", cursor: null, limit: 25, ...common }],
    ["admin account ada", { name: "account", login: "ada", tier: null, block: null, ...common }],
    ["admin account ada --tier premium --unblock", { name: "account", login: "ada", tier: "premium", block: false, ...common }],
    ["admin account ada --block spam", { name: "account", login: "ada", tier: null, block: "spam", ...common }],
    ["dev --port 8787", { name: "dev", port: 8787 }],
    ["doctor --json", { name: "doctor", json: true }],
    ["recipe . --no-prove --ref main", { name: "recipe", repository: ".", ref: "main", json: false, yml: false, prove: false }],
    ["report out.txt --exit-code 255", { name: "report", file: "out.txt", json: false, exitCode: 255, runner: "auto" }],
  ])("loom %s", (words, order) => assert.deepStrictEqual(parseArguments(words.split(" ")), order))

  it.each([
    ["strat", /"strat"[\s\S]*Did you mean[\s\S]*start[\s\S]*usage:/],
    ["show", /^Give the task[\s\S]*usage: loom show/],
    ["show t1 --jsn", /--jsn[\s\S]*--json/],
    ["submit o/n", /owner\/name#7, or owner\/name and --title/],
    ["submit o/n#7 --title T", /owner\/name#7, or owner\/name and --title/],
    ["submit o/n#7 --body-file a", /--body-file goes with --title/],
    ["submit o", /"o" is no issue/],
    ["submit o/n#0", /"o\/n#0" is no issue/],
    ["retry t1 --from baseline", /"plan" \| "code" \| "verify" \| "publish"/],
    ["approve t1 --note=", /--note is empty/],
    ["pause", /^Give the task/],
    ["usage --days 0", /1 to 366/],
    ["list --limit 101", /1 to 100/],
    ["list --status done", /"pending" \| "running"/],
    ["admin account ada --tier gold", /"free" \| "advanced"/],
    ["admin account ada --block why --unblock", /--block or --unblock/],
    ["recipe . --json --yml", /--json or --yml/],
    ["report out.txt --exit-code 256", /0 to 255/],
  ])("loom %s is refused", (words, sentence) => assert.match(complaint(words.split(" ")), sentence))

  it("helps when nothing is asked, and tells what the exit codes mean", () => {
    const help = parseArguments([])
    assert.match(help.name === "help" ? help.text : "", /5 Loom does not answer[\s\S]*submit[\s\S]*doctor/)
    assert.deepStrictEqual(parseArguments(["help"]), help)
    assert.deepStrictEqual(parseArguments(["--help"]), help)
    const submit = parseArguments(["submit", "--help"])
    assert.match(submit.name === "help" ? submit.text : "", /--idempotency-key/)
  })

  it("never does anything but answer or refuse, whatever the words", () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("submit", "logs", "admin", "--json", "--url", "-f", "--", "o/n#1"))),
        (argv) => {
          try {
            assert.isString(parseArguments(argv).name)
          } catch (error) {
            assert.instanceOf(error, BadInput)
          }
        },
      ),
    ))

  it.each(["bash", "zsh", "fish"])("completes in %s", (shell) => {
    const order = parseArguments(["completions", shell])
    const script = order.name === "completions" ? order.script : ""
    for (const known of ["submit", "idempotency-key", "approval", "pause", "resume", "approve", "accounts"]) assert.include(script, known)
    assert.notInclude(script, "--completions")
  })
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
    assert.match(complaint(["verify"]), /^Give the proof/)
    assert.match(complaint(["verify", "a", "b"]), /^Unexpected positional argument: "b"/)
    assert.match(complaint(["verify", "a", "--hash=abc"]), /64 hexadecimal digits/)
    assert.match(complaint(["keygen", "now"]), /^Unexpected [\s\S]*"now"/)
  })
})
