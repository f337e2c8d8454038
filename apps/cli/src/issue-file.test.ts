import { assert, describe, it } from "@effect/vitest"
import { BadInput } from "./CliError.ts"
import { parseIssue, readIssueFile } from "./issue-file.ts"

describe("issue file", () => {
  it("takes the first heading as the title and the rest as the body", () =>
    assert.deepStrictEqual(parseIssue("a.md", "\uFEFF# parse() loses milliseconds\r\n\r\nIt does.\r\n\r\n# Steps\r\n1. run\r\n"), {
      title: "parse() loses milliseconds",
      body: "It does.\n\n# Steps\n1. run",
    }))

  it("keeps what stands before the heading, and closing hashes are no part of it", () =>
    assert.deepStrictEqual(parseIssue("a.md", "<!-- form -->\n# Title ##\nbody"), { title: "Title", body: "<!-- form -->\nbody" }))

  it("keeps a # that belongs to the title", () => assert.strictEqual(parseIssue("a.md", "# crash in C#").title, "crash in C#"))

  it.each(["", "no heading", "## second level only", "#"])("refuses %j with the remedy", (text) =>
    assert.throws(() => parseIssue("a.md", text), /a\.md has no title.*`# ` heading/),
  )

  it("refuses a title that GitHub would refuse", () => assert.throws(() => parseIssue("a.md", `# ${"x".repeat(257)}`), /257 characters/))

  it("names the file that is not there", async () => {
    const error = await readIssueFile("/nowhere/issue.md").then(
      () => null,
      (cause: unknown) => cause,
    )
    assert.instanceOf(error, BadInput)
    assert.match(error.message, /\/nowhere\/issue\.md cannot be read/)
  })
})
