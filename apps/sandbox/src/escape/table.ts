/** One attack on one isolator that was held. */
export interface EscapeRow {
  readonly group: number
  readonly attack: string
  readonly isolator: "bubblewrap" | "container"
  readonly by: string
  readonly evidence: string
  readonly ms: number
}

/** What the attacks are after. */
export const groups: Readonly<Record<number, string>> = {
  1: "fork bomb",
  2: "memory",
  3: "CPU and wall time",
  4: "output",
  5: "what outlives its exec",
  6: "disk",
  7: "writing to the system",
  8: "reading what is another's",
  9: "sockets and network",
  10: "other processes",
  11: "paths and archives",
  12: "hostile repository",
  13: "kernel interfaces",
  14: "privileges and devices",
  15: "descriptors, arguments, readers",
  16: "another session",
  17: "secrets",
  18: "egress",
  19: "streams and lost machines",
  20: "a wall that is missing",
  21: "leftovers",
  22: "what must still work",
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

/** Rows that say the same of both isolators become one. */
const merged = (rows: ReadonlyArray<EscapeRow>) => {
  const byAttack = Map.groupBy(rows, ({ attack, by, group }) => JSON.stringify([group, attack, by]))
  return [...byAttack.values()]
    .flatMap(([first, ...others]) =>
      first === undefined ? [] : [{ ...first, isolators: [first, ...others].map(({ isolator }) => isolator) }],
    )
    .toSorted((a, b) => a.group - b.group || a.attack.localeCompare(b.attack, "en") || a.isolator.localeCompare(b.isolator, "en"))
}

/** For a terminal: `attack  contained by  evidence`, one line per attack and isolator. */
export const textTable = (rows: ReadonlyArray<EscapeRow>): string => {
  const lines = merged(rows).map(({ attack, by, evidence, group, isolators }) => [
    `${String(group).padStart(2)} ${oneLine(attack)}`,
    [...new Set(isolators)].join(", "),
    oneLine(by),
    oneLine(evidence),
  ])
  const head = ["   attack", "isolator", "contained by", "evidence"]
  const widths = head.map((title, i) =>
    Math.min([48, 21, 40, 200][i] ?? 40, Math.max(title.length, ...lines.map((line) => line[i]?.length ?? 0))),
  )
  const text = (line: ReadonlyArray<string>) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd()
  return [text(head), ...lines.map(text)].join("\n")
}

const cell = (text: string): string => oneLine(text).replaceAll("|", "\\|").replaceAll("<", "&lt;")

/** For `docs/security/escape-table.md`. */
export const markdownTable = (rows: ReadonlyArray<EscapeRow>): string => {
  const all = merged(rows)
  const sections = [...Map.groupBy(all, ({ group }) => group)].flatMap(([group, attacks]) => [
    "",
    `## ${group}. ${groups[group] ?? "other"}`,
    "",
    "| attack | isolator | contained by | evidence |",
    "|---|---|---|---|",
    ...attacks.map(
      ({ attack, by, evidence, isolators }) =>
        `| ${cell(attack)} | ${[...new Set(isolators)].join(", ")} | ${cell(by)} | ${cell(evidence)} |`,
    ),
  ])
  return [
    "# The escape list, as it was last run",
    "",
    `${new Set(rows.map(({ attack, group }) => `${group} ${attack}`)).size} attacks, each over the isolators it is named with; after each the state of the host is checked as well (\`apps/sandbox/src/escape/host-state.ts\`).`,
    "Written by `LOOM_WRITE_DOCS=1 pnpm test:escape`; what it means is in [sandbox.md](sandbox.md).",
    ...sections,
    "",
  ].join("\n")
}

/** `<group> <attack>` of every row of such a page. */
export const rowKeys = (page: string): ReadonlyArray<string> => {
  let group = ""
  return page.split("\n").flatMap((line) => {
    group = /^## (\d+)\./.exec(line)?.[1] ?? group
    const name = /^\| ((?:\\\||[^|])+) \|/.exec(line)?.[1]
    return name === undefined || name === "attack" || line.startsWith("|---")
      ? []
      : [`${group} ${name.replaceAll("\\|", "|").replaceAll("&lt;", "<")}`]
  })
}
