import type { Runner } from "@loom/core/domain/Recipe"
import { calledScripts, runnerOf } from "./find-runner.ts"
import type { Manager } from "./package-managers.ts"
import { programOf, splitScript, withoutCoverage, wordsOf, type Segment } from "./split-script.ts"

type Scripts = Readonly<Record<string, string>>

/** Programs that judge the sources and run no test: linters, type checkers, formatters, coverage reports. */
const CHECKERS = new Set(
  `eslint xo standard semistandard ts-standard neostandard tslint oxlint oxfmt biome rome dprint prettier stylelint jshint jscs jsonlint
  flow tsd vue-tsc dtslint check-dts attw publint type-coverage markdownlint markdownlint-cli2 remark cspell commitlint knip depcheck
  dependency-check madge size-limit bundlesize bundlewatch sort-package-json syncpack manypkg lockfile-lint license-checker audit-ci snyk
  nsp codecov coveralls editorconfig-checker eclint ls-lint yamllint fixpack rc-tools ec astrojs-check svelte-check`.split(/\s+/),
)
/** Names under which scripts keep such checks, and names that make something although they sound alike. */
const CHECK_NAME =
  /(^|[:_-])(lint|linting|eslint|format|fmt|prettier|types?|typings|typecheck|tsc|tsd|typescript|flow|style|spell|audit|check)($|[:_-])/
const MAKES = /build|compile|generate|codegen|bundle|fixture/
const HANDS_ON =
  /^(npm|pnpm|yarn|bun)\s(.*\s)?(-r|--recursive|--workspaces?|-ws?|--filter|-F|--prefix|-C|--cwd|workspaces?)(\s|=|$)|^((npm|pnpm|yarn|bun)\s(.*\s)?|npx\s)?(turbo|lerna|nx|wsrun|rush)\s/
/** Whether a command hands the tests of a workspace on to its packages. */
export const delegates = (text: string): boolean => HANDS_ON.test(`${text.split(" -- ")[0] ?? ""} `)
/** Starts a file that looks like a test by itself. */
const OWN_FILE =
  /(^|\s)(node|tsx|ts-node|babel-node|esno|jiti)\s(.*\s)?["']?(\S*\/)?((tests?|specs?|__tests__)(\/\S*|\.[cm]?[jt]sx?)?|\S*[._-](test|spec)\.[cm]?[jt]sx?)["']?(\s|$)/

interface Leaf {
  readonly segment: Segment
  readonly role: "test" | "check" | "prepare"
  readonly runner: Runner | null
  /** The command without its coverage wrapper; the segment's own text where there is none. */
  readonly command: string
}
interface Call {
  readonly segment: Segment
  readonly script: string
  /** Nothing is handed to the script. */
  readonly plain: boolean
  readonly steps: ReadonlyArray<Step>
}
/** `run-s a b`: several scripts in one command. */
interface Many {
  readonly segment: Segment
  readonly steps: ReadonlyArray<Step>
}
type Step = Leaf | Call | Many

const leavesOf = (steps: ReadonlyArray<Step>): ReadonlyArray<Leaf> =>
  steps.flatMap((step) => ("role" in step ? [step] : leavesOf(step.steps)))

const leafOf = (segment: Segment, path: ReadonlyArray<string>, keepsCoverage: boolean): Leaf => {
  const command = (keepsCoverage ? null : withoutCoverage(segment.text)) ?? segment.text
  const program = programOf(command)
  const named = path.slice(1).some((name) => CHECK_NAME.test(name) && !MAKES.test(name))
  const runner = runnerOf(command)
  const checks =
    CHECKERS.has(program) ||
    (program === "tsc" && / --?noEmit\b/.test(command)) ||
    /^((npm|yarn|pnpm) audit|(npx )?(nyc|c8) (report|check-coverage))\b/.test(command)
  const tests = !checks && (runner !== null || OWN_FILE.test(command) || (delegates(command) && /\btests?\b/.test(command)))
  return { segment, command, runner: tests ? runner : null, role: tests ? "test" : checks || named ? "check" : "prepare" }
}

const MANY = /(^|\s)(run-[sp]|npm-run-all2?|concurrently|conc|wireit)\s/
const PARALLEL = /(^|\s)(run-p|concurrently|conc|wireit)\s|\s(-p|--parallel)(\s|$)/

/** The steps of a script with what runs before and after it; null when a line of it cannot be taken apart. */
const stepsOf = (name: string, scripts: Scripts, path: ReadonlyArray<string>, keepsCoverage: boolean): ReadonlyArray<Step> | null => {
  const steps: Array<Step> = []
  for (const line of [`pre${name}`, name, `post${name}`]) {
    const segments = splitScript(scripts[line] ?? "")
    if (segments === null) return null
    for (const segment of segments) {
      const step = stepOf(segment, scripts, [...path, line === name ? name : `${name} hook`], keepsCoverage)
      if (step === null) return null
      steps.push(step)
    }
  }
  return steps
}

const stepOf = (segment: Segment, scripts: Scripts, path: ReadonlyArray<string>, keepsCoverage: boolean): Step | null => {
  const leaf = leafOf(segment, path, keepsCoverage)
  const text = leaf.command
  const names = delegates(text) || /[|<>]/.test(text) ? [] : calledScripts(text, scripts).filter((called) => !path.includes(called))
  if (names.length === 0 || path.length > 5) return leaf
  const calls: Array<Call> = []
  for (const script of names) {
    const steps = stepsOf(script, scripts, path, keepsCoverage)
    if (steps === null) return null
    const plain = MANY.test(text) || new RegExp(`\\s${script.replaceAll(/\W/g, "\\$&")}(\\s+--)?$`).test(text)
    calls.push({ segment, script, steps, plain: plain && !/\w=/.test(wordsOf(text).assignments + wordsOf(text).wrapper) })
  }
  if (!MANY.test(text)) return calls[0] ?? null
  // What runs beside the tests may be a server that they need: then the command stays whole.
  const leaves = leavesOf(calls)
  return PARALLEL.test(text) && leaves.some((one) => one.role === "prepare") && leaves.some((one) => one.role === "test")
    ? { ...leaf, role: "test", runner: leaves.findLast((one) => one.runner !== null)?.runner ?? null }
    : { segment, steps: calls }
}

/** What of a script is needed to run its tests. */
export interface TestSteps {
  /** Command line without the steps that are no tests; null when the whole script is needed. */
  readonly command: string | null
  /** The script that is exactly those steps, if there is one. */
  readonly script: string | null
  readonly runner: Runner | null
  /** The commands that are run in the end. */
  readonly leaves: ReadonlyArray<string>
  /** Programs that are left out. */
  readonly without: ReadonlyArray<string>
  readonly prepares: boolean
}

/** Programs that are no binaries of packages: they are written as they are. */
const SYSTEM =
  /^(node|npm|npx|pnpm|yarn|bun|bunx|deno|corepack|make|sh|bash|env|rm|cp|mv|mkdir|ln|cat|echo|test|true|touch|sleep|find|git|python3?|go|cargo|docker)$/

const SIMPLE = /^[\w@./:=,+~^%\s"'*{}?[\]$!-]+$/

/** A command of a script, written so that it also runs outside of `npm run`. */
const outside = (command: string, manager: Manager, scripts: Scripts): string => {
  const { assignments, wrapper, rest } = wordsOf(command)
  const program = rest.split(/\s+/)[0] ?? ""
  if (!SIMPLE.test(command)) return manager.shell(command)
  if (wrapper === "" && (SYSTEM.test(program) || program.includes("/"))) return command
  return scripts[program] !== undefined && manager.name !== "npm"
    ? manager.shell(command)
    : `${assignments}${manager.exec(`${wrapper}${rest}`)}`
}

/**
 * Takes a script apart and keeps its test runners and whatever else runs before them; linters, type checkers, coverage wrappers and
 * whatever comes after the tests are left out: their failure would hide the tests, or look like one. Null when no runner is
 * recognised or the script cannot be taken apart: then the whole script is run.
 */
export const testSteps = (name: string, scripts: Scripts, manager: Manager, keepsCoverage: boolean): TestSteps | null => {
  const steps = stepsOf(name, scripts, [], keepsCoverage)
  if (steps === null) return null
  const leaves = leavesOf(steps)
  const last = leaves.findLastIndex((leaf) => leaf.role === "test")
  if (last < 0) return null
  const kept = new Set(leaves.filter((leaf, index) => leaf.role === "test" || (leaf.role === "prepare" && index < last)))
  const isWhole = (step: Step): boolean =>
    leavesOf([step]).every((leaf) => kept.has(leaf) && leaf.command === leaf.segment.text) &&
    (!("script" in step) || withoutCoverage(step.segment.text) === null || keepsCoverage)

  const parts: Array<{ readonly command: string; readonly script: string | null; readonly join: string }> = []
  /** False when arguments would be lost. */
  const emit = (step: Step): boolean => {
    const { join } = step.segment
    if ("role" in step) {
      if (kept.has(step)) parts.push({ command: outside(step.command, manager, scripts), script: null, join })
      return true
    }
    const inner = leavesOf([step])
    if (!inner.some((leaf) => kept.has(leaf))) return true
    const whole = inner.every((leaf) => kept.has(leaf) && leaf.command === leaf.segment.text)
    if ("script" in step) {
      const bare = (keepsCoverage ? null : withoutCoverage(step.segment.text)) ?? step.segment.text
      if (whole)
        parts.push({
          command: step.plain ? manager.run(step.script) : outside(bare, manager, scripts),
          script: step.plain ? step.script : null,
          join,
        })
      return whole || (step.plain && step.steps.every(emit))
    }
    if (whole) parts.push({ command: outside(step.segment.text, manager, scripts), script: null, join })
    return whole || step.steps.every(emit)
  }
  const dropped = leaves.filter((leaf) => !kept.has(leaf)).map((leaf) => programOf(leaf.segment.text))
  const textsOf = (step: Step): ReadonlyArray<string> => [step.segment.text, ...("role" in step ? [] : step.steps.flatMap(textsOf))]
  const wrappers = steps
    .flatMap(textsOf)
    .flatMap((text) => (!keepsCoverage && withoutCoverage(text) !== null ? [/\bnyc\b/.test(text) ? "nyc" : "c8"] : []))
  const found = {
    runner: leaves.findLast((leaf) => kept.has(leaf) && leaf.runner !== null)?.runner ?? null,
    leaves: leaves.filter((leaf) => kept.has(leaf)).map((leaf) => leaf.command),
    without: [...new Set([...dropped, ...wrappers])],
    prepares: [...kept].some((leaf) => leaf.role === "prepare"),
  }
  if (steps.every(isWhole)) return { ...found, command: null, script: null }
  if (!steps.every(emit)) return null
  return {
    ...found,
    command: parts
      .map((part, index) => `${index === 0 ? "" : ` ${part.join} `}${part.command}`)
      .join("")
      .replaceAll(" ; ", "; "),
    script: parts.length === 1 ? (parts[0]?.script ?? null) : null,
  }
}
