import type { Recipe, RecipeLine } from "@loom/core/domain/Recipe"
import { nodeRecipe } from "./detectors/node.ts"
import { runnerOf, runnerOfScript } from "./find-runner.ts"
import { readPackageJson } from "./PackageJson.ts"
import type { Snapshot } from "./Snapshot.ts"

/** Words, flags and paths; nothing of a shell, and nothing that a reader is meant to fill in. */
const PLAIN = /^[\w@%+=:,./ "'-]+$/
const FILLED_IN = /path\/to|some_?test|my_?test|example_?test|\byour\b|test_name|TestName/i

/** What is measured or reported besides the tests, how many at once, and what ends a run at its first failure. */
const withoutExtras = (command: string): string =>
  command
    .replaceAll(
      /\s--(cov|coverage|cov-report|cov-config|cov-fail-under|junitxml|junit-xml|durations)(=\S+|(\s(?=[^-\s])[\w:./]+)?)(?=\s|$)/g,
      "",
    )
    .replaceAll(
      /\s(-n|--numprocesses)[ =]\S+|\s-coverprofile=\S+|\s-covermode=\S+|\s-(race|cover|failfast)(?=\s|$)|\s--(no-fail-fast|offline|locked|frozen|verbose|maxfail=\d+)(?=\s|$)|\s-(v+|q+|s|x|ra|rA)(?=\s|$)/g,
      "",
    )
    .trim()

/** Every word that is no option names something that is there. */
const namesOnlyWhatIs = (snapshot: Snapshot, words: ReadonlyArray<string>): boolean =>
  words.every((word) => {
    const path = word.replace(/^\.\//, "").replace(/\/(\.\.\.)?$/, "")
    return (
      word.startsWith("-") ||
      path === "..." ||
      path === "." ||
      path === "" ||
      snapshot.paths.some((known) => known === path || known.startsWith(`${path}/`))
    )
  })

const SCRIPT = /^(?:npm|pnpm|yarn|bun)(?:\s+(?:run|run-script))?\s+([\w:.-]+)$/

const ofPackageJson = (snapshot: Snapshot, command: string): Recipe | null => {
  const json = readPackageJson(snapshot)
  const called = SCRIPT.exec(command)?.[1]
  const name = called === "t" ? "test" : called
  if (json === null || name === undefined || json.scripts[name] === undefined) return null
  if (!/(^|[:_-])(tests?|unit|spec)($|[:_-])/.test(name) || (runnerOfScript(name, json.scripts) === null && name !== "test")) return null
  return nodeRecipe(snapshot, name)
}

interface Way {
  /** Commands it is about, the words after it in the first group. */
  readonly pattern: RegExp
  /** Written as Loom runs it. */
  readonly write: (words: string, base: Recipe) => string
}

/** How the commands of other runners are told to run where Loom has put their tools. A row more is one runner more. */
const ways: ReadonlyArray<Way> = [
  {
    pattern: /^(?:(?:uv|poetry|pipenv|hatch) run )?(?:python3? -m )?(?:pytest|py\.test)((?: .*)?)$/,
    write: (words, base) => `${(base.test[0]?.command ?? "").replace(/-m pytest.*$/, "-m pytest")}${words}`,
  },
  {
    pattern: /^(?:(?:uv|poetry|pipenv) run )?python3? -m unittest((?: .*)?)$/,
    write: (words, base) => `${/^(\S+) /.exec(base.test[0]?.command ?? "")?.[1] ?? "python3"} -m unittest${words}`,
  },
  { pattern: /^go test((?: .*)?)$/, write: (words) => `go test${words}` },
  { pattern: /^cargo test((?: .*)?)$/, write: (words) => `cargo test --offline --no-fail-fast${words}` },
  {
    pattern: /^((?:bundle exec )?(?:rspec|rake (?:test|spec))(?: .*)?)$/,
    write: (words) => `${words.startsWith("bundle") ? 'GEM_HOME="$HOME/gems" ' : ""}${words}`,
  },
  { pattern: /^(bats(?: .*)?)$/, write: (words) => words },
  { pattern: /^(prove(?: .*)?)$/, write: (words) => words },
  { pattern: /^(deno (?:test|task test)(?: .*)?)$/, write: (words) => words },
]

/** What a told command comes to: the recipe it belongs to, its line written as Loom runs it. Null when Loom does not know it. */
export const adopt = (snapshot: Snapshot, { command, origin }: RecipeLine, base: Recipe): Pick<Recipe, "test" | "runner"> | null => {
  const bare = withoutExtras(command)
  if (!PLAIN.test(bare) || FILLED_IN.test(bare)) return null
  const script = base.packageManager === null || base.language === "python" ? null : ofPackageJson(snapshot, bare)
  if (script !== null && script.test.length > 0)
    return {
      runner: script.runner,
      test: script.test.map((line) => ({ command: line.command, origin: `${origin} (${command}): ${line.origin}` })),
    }
  const own = base.test[0]
  const target = /^make ([\w.-]+)$/.exec(bare)?.[1]
  if (target !== undefined && own?.command === bare)
    return { runner: base.runner, test: [{ command: bare, origin: `${origin}: ${own.origin}` }] }
  // Another runner than the one that is found would be taken on one sentence's word.
  if (own === undefined || runnerOf(bare) !== base.runner) return null
  for (const { pattern, write } of ways) {
    const words = pattern.exec(bare)?.[1]
    if (words === undefined) continue
    const free = words.replace(/^(bundle exec )?(rspec|rake|bats|prove|deno)( (test|spec|task test))?/, "").trim()
    if (
      !namesOnlyWhatIs(
        snapshot,
        free === ""
          ? []
          : free
              .replace(/^discover\b/, "")
              .trim()
              .split(/\s+/)
              .filter(Boolean),
      )
    )
      return null
    const written = write(words, base)
    // Nothing but the runner's name: detection knows better where to begin.
    return free === ""
      ? { runner: base.runner, test: [{ command: own.command, origin: `${origin} (${command}): ${own.origin}` }] }
      : { runner: base.runner, test: [{ command: written, origin: `${origin} (${command})` }] }
  }
  return null
}
