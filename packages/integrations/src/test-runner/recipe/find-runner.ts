import type { Runner } from "@loom/core/domain/Recipe"

/** The word of a command line that gives its runner away. First row that matches a segment wins. */
const WORDS: ReadonlyArray<readonly [RegExp, Runner]> = [
  [/(^|[\s/"'])(vitest)(\s|$|["'])|(^|\s)vp test\b/, "vitest"],
  [/(^|[\s/"'])(jest|jest\.js|jest-cli)(\s|$|["'])|react-scripts(\.js)? test\b|craco test\b|(^|\s)kcd-scripts test\b/, "jest"],
  [/(^|[\s/"'])_?mocha(\.js)?(\s|$|["'])|(^|\s)(mochapack|electron-mocha)\b/, "mocha"],
  [/(^|[\s/"'])ava(\s|$|["'])/, "ava"],
  [/(^|[\s/"'])(tap|tape|tap-spec|tapsert|tapes)(\s|$|["'])/, "tap"],
  [/(^|[\s/"'])jasmine(-ts)?(\s|$|["'])/, "jasmine"],
  [/(^|[\s/"'])uvu(\s|$|["'])/, "uvu"],
  [/(^|\s)(node|tsx|\S*\/node)\s(.*\s)?--test(\s|$|=)|(^|\s)(borp|glob -c .*--test)\b/, "node:test"],
  [/(^|\s)bun test\b/, "bun"],
  [/(^|\s)deno (task )?test\b/, "deno"],
  [/(^|[\s/])(pytest|py\.test)(\s|$)|-m pytest\b/, "pytest"],
  [/-m unittest\b|manage\.py test\b|setup\.py test\b/, "unittest"],
  [/(^|\s)go test\b/, "go"],
  [/(^|\s)cargo (\+\S+ )?(test|t|nextest)\b/, "cargo"],
  [/(^|[\s/])rspec(\s|$)|\brake spec\b/, "rspec"],
  [/(^|[\s/])(phpunit|pest)(\s|$)/, "phpunit"],
  [/(^|[\s/])mvnw?\s.*\b(test|verify)\b/, "maven"],
  [/(^|[\s/])gradlew?\s.*\b(test|check)\b/, "gradle"],
  [/(^|\s)ctest(\s|$)/, "ctest"],
  [/(^|[\s/"'])bats(\s|$|["'])/, "bats"],
  [/(^|\s)prove(\s|$)/, "prove"],
]

export const runnerOf = (command: string): Runner | null => WORDS.find(([pattern]) => pattern.test(command))?.[1] ?? null

/** Scripts that a command line calls: `npm run x`, `pnpm x`, `yarn workspace a x`, `run-s a b:*`, `npm-run-all`, `concurrently npm:x`. */
export const calledScripts = (segment: string, scripts: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  const names = Object.keys(scripts)
  const words = segment
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/^["']|["']$/g, ""))
  const many = words.findIndex((word) => /^(run-[sp]|npm-run-all2?|wireit|conc(urrently)?)$/.test(word))
  if (many >= 0) {
    return words.slice(many + 1).flatMap((word) => {
      const name = word.replace(/^(npm|pnpm|yarn|bun):/, "")
      const pattern = new RegExp(
        `^${name
          .replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")
          .replaceAll("**", ".+")
          .replaceAll("*", "[^:]+")}$`,
      )
      return word.startsWith("-") ? [] : names.filter((candidate) => pattern.test(candidate))
    })
  }
  const at = words.findIndex((word) => /^(npm|pnpm|yarn|bun)$/.test(word))
  return at < 0
    ? []
    : words
        .slice(at + 1)
        .map((word) => (word === "t" && !names.includes(word) ? "test" : word))
        .filter((word) => names.includes(word))
        .slice(0, 1)
}

/**
 * The command line of a script with every script it calls written out (`pre` and `post` scripts too), at most five deep.
 * The segments between `&&`, `;`, `|` and `&` come in order of running.
 */
export const expandScript = (name: string, scripts: Readonly<Record<string, string>>, depth = 0): ReadonlyArray<string> => {
  if (depth > 5) return []
  return [`pre${name}`, name, `post${name}`]
    .flatMap((script) => (scripts[script] ?? "").split(/&&|\|\||[;|&]/))
    .flatMap((segment) => {
      if (segment.trim() === "") return []
      const inner = calledScripts(segment, scripts).filter((called) => called !== name)
      return inner.length === 0 ? [segment.trim()] : inner.flatMap((called) => expandScript(called, scripts, depth + 1))
    })
}

/** The runner a script comes to in the end; with several, the last one that is known. */
export const runnerOfScript = (name: string, scripts: Readonly<Record<string, string>>): Runner | null =>
  expandScript(name, scripts)
    .map(runnerOf)
    .findLast((runner) => runner !== null) ?? null
