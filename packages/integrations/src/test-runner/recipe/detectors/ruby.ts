import type { RecipeLine, Runner } from "@loom/core/domain/Recipe"
import { recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"

/** Gems live outside the tree; those that come with the system count as well. */
const GEMS = 'GEM_HOME="$HOME/gems"'

const runnerOfFiles = (snapshot: Snapshot): { readonly runner: Runner; readonly origin: string } | null => {
  const rspec = snapshot.files.has(".rspec") ? ".rspec" : snapshot.paths.find((path) => /(^|\/)spec\/.*_spec\.rb$/.test(path))
  if (rspec !== undefined) return { runner: "rspec", origin: rspec }
  for (const [kind, runner] of [
    ["minitest", "minitest"],
    ["test-unit", "test-unit"],
  ] as const) {
    const file = snapshot.imports.get(kind)?.[0]
    if (file !== undefined) return { runner, origin: file }
  }
  return null
}

/** Ruby has no runner of its own for a folder: rake's test task, else every test file is loaded. */
const testLine = (snapshot: Snapshot, runner: Runner, origin: string, prefix: string): RecipeLine | null => {
  const rakefile = snapshot.files.get("Rakefile") ?? ""
  const rails = snapshot.paths.includes("bin/rails") && snapshot.paths.includes("config/application.rb")
  if (runner === "rspec") return { command: `${prefix}rspec`, origin: `detection: ${origin}` }
  if (rails && snapshot.paths.some((path) => path.startsWith("test/")))
    return { command: `${GEMS} bin/rails test`, origin: "detection: bin/rails and test/" }
  if (/TestTask\.new\b|^\s*(task|multitask)\s*\(?:?["']?test\b/m.test(rakefile))
    return { command: `${prefix}rake test`, origin: "Rakefile test" }
  const pattern = snapshot.paths.some((path) => /^test\/(.*\/)?[^/]+_test\.rb$/.test(path)) ? "*_test.rb" : "test_*.rb"
  return {
    command: `${prefix}ruby -Ilib -Itest -e 'Dir["test/**/${pattern}"].sort.each { |file| require File.expand_path(file) }'`,
    origin: `detection: ${origin}`,
  }
}

const detect = (snapshot: Snapshot) => {
  const gemfile = ["Gemfile", "gems.rb"].find((name) => snapshot.files.has(name))
  const found = runnerOfFiles(snapshot)
  if (gemfile === undefined && found === null && !snapshot.files.has("Rakefile")) return null
  const version =
    /^\s*ruby\s+["']([\d.]+)/m.exec(snapshot.files.get(gemfile ?? "") ?? "")?.[1] ?? snapshot.files.get(".ruby-version")?.trim()
  const prefix = gemfile === undefined ? "" : `${GEMS} bundle exec `
  const line = found === null ? null : testLine(snapshot, found.runner, found.origin, prefix)
  return recipeOf({
    language: "ruby",
    packageManager: gemfile === undefined ? null : "bundler",
    runner: found?.runner ?? "exit-code",
    install:
      gemfile === undefined
        ? []
        : [{ command: `${GEMS} bundle install`, origin: snapshot.files.has("Gemfile.lock") ? "Gemfile.lock" : gemfile }],
    test: line === null ? [] : [line],
    tools: version === undefined || version === "" ? {} : { ruby: version },
  })
}

export const ruby: Detector = { language: "ruby", detect }
