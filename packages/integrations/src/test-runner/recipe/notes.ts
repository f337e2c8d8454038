import type { Snapshot } from "./Snapshot.ts"
import { ciJobs, fields, list } from "./sources/workflows.ts"

const MAX_NOTES = 10

/** Names that every workflow has, and that no test reads. */
const USUAL = /^(GITHUB_TOKEN|CODECOV_TOKEN|NPM_TOKEN|NODE_AUTH_TOKEN|COVERALLS_REPO_TOKEN|GH_TOKEN)$/

const secretsOf = (env: unknown): ReadonlyArray<string> =>
  Object.entries(fields(env)).flatMap(([name, value]) => (/\$\{\{\s*secrets\./.test(String(value)) && !USUAL.test(name) ? [name] : []))

/** What CI has and the sandbox does not: packages of the system, and secrets. Said to people, never acted on. */
export const findNotes = (snapshot: Snapshot): ReadonlyArray<string> => {
  const jobs = ciJobs(snapshot).filter(({ commands }) => commands.some((command) => /\btests?\b|\bcheck\b/.test(command)))
  return [
    ...new Set(
      jobs.flatMap(({ commands, job, origin }) => {
        const system = commands.flatMap((command) => {
          const words = /\bapt(?:-get)?\s+(?:-\S+\s+)*install\s+(.+)$/.exec(command)?.[1]?.split(/\s+/) ?? []
          return words.filter((word) => /^[a-z0-9][\w.+-]+$/.test(word))
        })
        const secrets = [job, ...list(job["steps"])].flatMap((part) => secretsOf(fields(part)["env"]))
        return [
          ...(system.length === 0
            ? []
            : [`${origin} installs system packages first, which Loom does not: ${system.slice(0, 20).join(", ")}`]),
          ...(secrets.length === 0 ? [] : [`${origin} gives the tests secrets, which Loom has not: ${secrets.slice(0, 20).join(", ")}`]),
        ]
      }),
    ),
  ].slice(0, MAX_NOTES)
}
