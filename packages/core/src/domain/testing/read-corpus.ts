import { readdirSync, readFileSync } from "node:fs"

export interface CorpusCase {
  /** The rule that must find it; `honest` where none may stop it. */
  readonly rule: string
  readonly title: string
  readonly patch: string
  readonly testText: string
}

/**
 * One file's part of a `git diff`. Body lines start with `+`, `-` or a blank; an empty line is an empty line of context.
 * `>>> path`, `>>> new path`, `>>> del path`.
 */
const fileDiff = (header: string, body: ReadonlyArray<string>): string => {
  const [, kind, path = header] = /^(new|del)\s+(.+)$/.exec(header) ?? [null, null, header]
  const lines = body.map((line) => (line === "" ? " " : line))
  const count = (not: string) => lines.filter((line) => !line.startsWith(not)).length
  const mode = kind === "new" ? "new file mode 100644\n" : kind === "del" ? "deleted file mode 100644\n" : ""
  const at =
    kind === "new"
      ? `@@ -0,0 +1,${count("-")} @@`
      : kind === "del"
        ? `@@ -1,${count("+")} +0,0 @@`
        : `@@ -10,${count("+")} +10,${count("-")} @@`
  return `diff --git a/${path} b/${path}\n${mode}--- ${kind === "new" ? "/dev/null" : `a/${path}`}\n+++ ${kind === "del" ? "/dev/null" : `b/${path}`}\n${at}\n${lines.join("\n")}\n`
}

/** `### rule | title`, then the files of the patch, and `>>> evidence` for tests that the patch leaves alone. */
const readCase = (text: string): CorpusCase => {
  const [head = "", ...files] = text.split(/^>>> /m)
  const [rule = "", title = ""] = head.trim().split(" | ")
  let testText = ""
  const patch = files
    .map((file) => {
      const [header = "", ...body] = file.replace(/\n+$/, "").split("\n")
      if (header !== "evidence") return fileDiff(header, body)
      testText += body.join("\n")
      return ""
    })
    .join("")
  return { rule, title, patch, testText }
}

/** Every case of the corpus files whose name starts with `prefix`. */
export const readCorpus = (prefix: string): ReadonlyArray<CorpusCase> => {
  const folder = new URL("./corpus/", import.meta.url)
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .flatMap((name) => readFileSync(new URL(name, folder), "utf8").split(/^### /m).slice(1).map(readCase))
}
