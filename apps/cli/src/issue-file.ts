import { readFile } from "node:fs/promises"
import { BadInput } from "./CliError.ts"

export interface Issue {
  readonly title: string
  readonly body: string
}

/** GitHub's limit of an issue title. https://docs.github.com/rest/issues/issues#create-an-issue */
const maxTitleLength = 256

/** The first `# ` heading is the title; all other lines are the body. */
export const parseIssue = (source: string, text: string): Issue => {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/)
  const heading = lines.findIndex((line) => /^#\s+\S/.test(line))
  if (heading < 0) throw new BadInput({ detail: `${source} has no title: its first \`# \` heading becomes the title of the issue.` })
  const title = (lines[heading] ?? "")
    .replace(/^#\s+/, "")
    .replace(/\s+#*\s*$/, "")
    .trim()
  if (title.length > maxTitleLength)
    throw new BadInput({ detail: `The title in ${source} has ${title.length} characters; GitHub takes ${maxTitleLength}.` })
  return {
    title,
    body: lines
      .filter((_, index) => index !== heading)
      .join("\n")
      .trim(),
  }
}

/** @throws BadInput when the file cannot be read or has no title */
export const readIssueFile = async (path: string): Promise<Issue> => {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new BadInput({ detail: `The issue file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}` })
  })
  return parseIssue(path, text)
}
