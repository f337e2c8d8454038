import fs from "node:fs"
import path from "node:path"
import { expect, it } from "vitest"
import { loadAttacks } from "./load-attacks.ts"
import { groups, markdownTable, rowKeys, textTable, type EscapeRow } from "./table.ts"

const row = (parts: Partial<EscapeRow>): EscapeRow => ({
  group: 9,
  attack: "vsock | packet",
  isolator: "bubblewrap",
  by: "seccomp",
  evidence: "EAFNOSUPPORT\nfor <all>",
  ms: 1,
  ...parts,
})

it("a row that says the same of both isolators stands once; one that does not, twice", () => {
  const text = textTable([row({}), row({ isolator: "container" }), row({ isolator: "container", by: "uid", attack: "kill" })])
  expect(text.split("\n").map((line) => line.replaceAll(/ {2,}/g, "  ").trim())).toEqual([
    "attack  isolator  contained by  evidence",
    "9 kill  container  uid  EAFNOSUPPORT for <all>",
    "9 vsock | packet  bubblewrap, container  seccomp  EAFNOSUPPORT for <all>",
  ])
})

it("nothing of an attack's words breaks the page, and what is on the page can be read back", () => {
  const page = markdownTable([row({}), row({ group: 1, attack: "bomb" })])
  expect(page).toContain("## 9. sockets and network\n")
  expect(page).toContain("| vsock \\| packet | bubblewrap | seccomp | EAFNOSUPPORT for &lt;all> |\n")
  expect(rowKeys(page)).toEqual(["1 bomb", "9 vsock | packet"])
})

it("every attack belongs to a group and has a name of its own", async () => {
  const attacks = await loadAttacks()
  expect(attacks.filter(({ group }) => groups[group] === undefined)).toEqual([])
  const names = attacks.map(({ group, name, isolators }) => `${group} ${name} ${(isolators ?? []).join()}`)
  expect(names).toEqual([...new Set(names)])
})

const writes = process.env["LOOM_WRITE_DOCS"] === "1"
it.skipIf(writes)("docs/security/escape-table.md lists every attack (LOOM_WRITE_DOCS=1 pnpm test:escape writes it)", async () => {
  const page = fs.readFileSync(path.join(import.meta.dirname, "../../../../docs/security/escape-table.md"), "utf8")
  const attacks = [...new Set((await loadAttacks()).map(({ group, name }) => `${group} ${name}`))]
  expect([...new Set(rowKeys(page))].toSorted()).toEqual(attacks.toSorted())
})
