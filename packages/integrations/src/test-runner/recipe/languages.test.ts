import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { resolveRecipe } from "./resolve-recipe.ts"
import { snapshotOf, type Described } from "./testing-snapshot.fixture.ts"
import { readSnapshot } from "./Snapshot.ts"
import { installKeyText } from "./install-key.ts"

type Files = Readonly<Record<string, string>>
type Line = readonly [command: string, origin: string]
interface Row {
  readonly name: string
  readonly files: Files
  readonly more?: Described
  readonly runner: string
  readonly install: ReadonlyArray<Line>
  readonly test: ReadonlyArray<Line>
  readonly tools?: Readonly<Record<string, string>>
}
const tools = (what: string) => `npm install --prefix "$HOME/tools" --no-audit --no-fund ${what}`
const CMAKE = (options = "") =>
  `cmake -S . -B "$HOME/build" -DBUILD_TESTING=ON${options} && cmake --build "$HOME/build" -j "$(nproc)" && ctest --test-dir "$HOME/build" --output-on-failure`

const table: ReadonlyArray<Row> = [
  {
    name: "Go with dependencies",
    files: { "go.mod": "module x\n\ngo 1.22\n\nrequire a.test/b v1.0.0\n" },
    more: { paths: ["a_test.go"] },
    runner: "go",
    install: [["go mod download", "go.mod"]],
    test: [["go test ./...", "detection: go.mod and _test.go files"]],
    tools: { go: "1.22" },
  },
  {
    name: "Go with its dependencies in the tree",
    files: { "go.mod": "module x\nrequire a.test/b v1.0.0\n" },
    more: { paths: ["a_test.go", "vendor/modules.txt"] },
    runner: "go",
    install: [],
    test: [["go test ./...", "detection: go.mod and _test.go files"]],
  },
  {
    name: "a Go workspace",
    files: { "go.work": "go 1.21\nuse (\n\t./a\n\t./tools/b // second\n)\n", "a/go.mod": "module a\n", "tools/b/go.mod": "module b\n" },
    more: { paths: ["a/x_test.go"] },
    runner: "go",
    install: [["go mod download", "go.work"]],
    test: [["go test ./a/... ./tools/b/...", "go.work use (2 modules)"]],
  },
  {
    name: "a Rust crate without dependencies",
    files: { "Cargo.toml": '[package]\nname = "x"\nrust-version = "1.60"\n' },
    runner: "cargo",
    install: [],
    test: [["cargo test --offline --no-fail-fast", "detection: Cargo.toml"]],
    tools: { rust: "1.60" },
  },
  {
    name: "a Rust workspace",
    files: { "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n', "rust-toolchain.toml": '[toolchain]\nchannel = "1.75.0"\n' },
    runner: "cargo",
    install: [["cargo fetch", "Cargo.toml"]],
    test: [["cargo test --offline --no-fail-fast --workspace", "Cargo.toml [workspace]"]],
    tools: { rust: "1.75.0" },
  },
  {
    name: "Ruby with bundler and rspec",
    files: { Gemfile: "source 'x'\ngem 'rspec'\n", "Gemfile.lock": "", ".rspec": "--color", ".ruby-version": "3.3.0\n" },
    runner: "rspec",
    install: [['GEM_HOME="$HOME/gems" bundle install', "Gemfile.lock"]],
    test: [['GEM_HOME="$HOME/gems" bundle exec rspec', "detection: .rspec"]],
    tools: { ruby: "3.3.0" },
  },
  {
    name: "Ruby with rake and minitest",
    files: { Rakefile: 'Rake::TestTask.new(:test) { |t| t.libs << "test" }' },
    more: { imports: { minitest: ["test/a_test.rb"] } },
    runner: "minitest",
    install: [],
    test: [["rake test", "Rakefile test"]],
  },
  {
    name: "Ruby with nothing but test-unit files",
    files: { "lib/a.rb": "" },
    more: { paths: ["test/test_a.rb"], imports: { "test-unit": ["test/test_a.rb"] } },
    runner: "test-unit",
    install: [],
    test: [
      [`ruby -Ilib -Itest -e 'Dir["test/**/test_*.rb"].sort.each { |file| require File.expand_path(file) }'`, "detection: test/test_a.rb"],
    ],
  },
  {
    name: "PHP",
    files: {
      "composer.json": '{"require":{"php":">=8.1"},"require-dev":{"phpunit/phpunit":"^10"}}',
      "composer.lock": "",
      "phpunit.xml.dist": "<phpunit/>",
    },
    runner: "phpunit",
    install: [["composer install --no-interaction --no-progress", "composer.lock"]],
    test: [["vendor/bin/phpunit", "phpunit.xml.dist"]],
    tools: { php: ">=8.1" },
  },
  {
    name: "Maven, with its wrapper where the sandbox has none",
    files: { "pom.xml": "<project><properties><java.version>17</java.version></properties></project>" },
    more: { paths: ["mvnw", "src/test/java/ATest.java"] },
    runner: "maven",
    install: [
      [
        "sh ./mvnw -B -ntp test '-Dtest=*#loomFetchesOnly' -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false -Dmaven.test.failure.ignore=true",
        "pom.xml",
      ],
    ],
    test: [["sh ./mvnw -B -ntp -o -fae test", "detection: pom.xml and src/test"]],
    tools: { java: "17" },
  },
  {
    name: "Gradle",
    files: { "build.gradle.kts": "plugins { java }" },
    more: { paths: ["gradlew", "src/test/kotlin/ATest.kt"] },
    runner: "gradle",
    install: [["sh ./gradlew --no-daemon testClasses", "build.gradle.kts"]],
    test: [["sh ./gradlew --no-daemon --offline --continue test", "detection: build.gradle.kts and src/test"]],
  },
  {
    name: "CMake, with tests that are off unless asked for",
    files: { "CMakeLists.txt": 'project(x C)\noption(X_BUILD_TESTS "tests" OFF)\nenable_testing()\n' },
    runner: "ctest",
    install: [],
    test: [[CMAKE(" -DX_BUILD_TESTS=ON"), "CMakeLists.txt enable_testing"]],
  },
  {
    name: "autotools",
    files: { "configure.ac": "AC_INIT" },
    more: { paths: ["Makefile.am", "src/a.c"] },
    runner: "exit-code",
    install: [],
    test: [['autoreconf -fi && ./configure -q && make -j "$(nproc)" && make check', "detection: configure.ac"]],
  },
  {
    name: "C with a Makefile",
    files: { Makefile: "all: x\n\n.PHONY: test\ntest: x\n\t./x\n" },
    more: { paths: ["a.c"] },
    runner: "exit-code",
    install: [],
    test: [["make test", "Makefile test"]],
  },
  {
    name: "bats, from npm where the sandbox has none",
    files: { "a.sh": "" },
    more: { paths: ["test/a.bats", "test/unit/b.bats", "test/lib/x.bats", "test/fixtures/fails.bats"] },
    runner: "bats",
    install: [[tools("bats"), "detection: test/a.bats"]],
    test: [["bats test test/unit", "detection: 2 .bats files"]],
  },
  {
    name: "bats of the sandbox",
    files: {},
    more: { paths: ["a.bats"], tools: { bats: "Bats 1.8.2" } },
    runner: "bats",
    install: [],
    test: [["bats .", "detection: 1 .bats files"]],
  },
  {
    name: "Perl",
    files: { cpanfile: "requires 'X';" },
    more: { paths: ["lib/A.pm", "t/a.t"] },
    runner: "prove",
    install: [],
    test: [['PERL5LIB="$HOME/perl5/lib/perl5${PERL5LIB:+:$PERL5LIB}" prove -lr t', "detection: t/*.t"]],
  },
  {
    name: "deno with a task, from npm",
    files: { "deno.json": '{ "tasks": { "test": "deno test -A" } }', "deno.lock": "{}" },
    runner: "deno",
    install: [
      [tools("deno"), "deno.json"],
      ["deno install", "deno.lock"],
    ],
    test: [["deno task test", "deno.json tasks.test"]],
  },
  {
    name: "bun",
    files: { "package.json": '{"devDependencies":{"x":"1"}}', "bun.lock": "" },
    more: { paths: ["a.test.ts"] },
    runner: "bun",
    install: [
      [tools("bun@latest"), "bun.lock"],
      ["bun install --frozen-lockfile", "bun.lock"],
    ],
    test: [["bun test", "detection: bun and test files"]],
  },
  {
    name: "a Makefile of anything",
    files: { Makefile: "check:\n\t./t\n" },
    runner: "exit-code",
    install: [],
    test: [["make check", "Makefile check"]],
  },
  {
    name: "a target that is only a variable is none",
    files: { Makefile: "test := 1\nfoo:\n\ttrue\n" },
    runner: "exit-code",
    install: [],
    test: [],
  },
  {
    name: "a C library with a little Python beside it is tested as C",
    files: { "CMakeLists.txt": "include(CTest)\n", "scripts/test_gen.py": "" },
    more: { paths: ["a.c", "a.h", "b.c", "b.h"], imports: { pytest: ["scripts/test_gen.py"] } },
    runner: "ctest",
    install: [],
    test: [[CMAKE(), "CMakeLists.txt enable_testing"]],
  },
]

describe("what the repository's own files say", () => {
  for (const { files, install, more, name, runner, test, tools: wanted } of table) {
    it(name, () => {
      const recipe = resolveRecipe(snapshotOf(files, more), {})
      const lines = (part: typeof recipe.test): ReadonlyArray<Line> => part.map(({ command, origin }) => [command, origin])
      assert.deepStrictEqual({ install: lines(recipe.install), test: lines(recipe.test), runner: recipe.runner }, { install, test, runner })
      if (wanted !== undefined) assert.deepStrictEqual(recipe.tools, wanted)
    })
  }
  it("a toolchain that is too old fetches the one it needs; one that will do fetches nothing", () => {
    const go = (version: string) =>
      resolveRecipe(snapshotOf({ "go.mod": "module x\ngo 1.25\n" }, { tools: { go: version } }), {}).env["GOTOOLCHAIN"]
    assert.deepStrictEqual([go("go version go1.24 linux/amd64"), go("go version go1.25.1 linux/amd64")], ["auto", "local"])
  })
  it("every language that is there is named, the tested one first", () =>
    assert.deepStrictEqual(
      resolveRecipe(snapshotOf({ "package.json": '{"scripts":{"test":"jest"}}', "go.mod": "module x" }, { paths: ["a.js"] }), {}).languages,
      ["javascript", "go"],
    ))
  it("frameworks are named with where", () =>
    assert.deepStrictEqual(
      resolveRecipe(snapshotOf({ "package.json": '{"dependencies":{"react":"1"}}', "requirements.txt": "Django>=4\n" }), {}).frameworks,
      [
        { name: "react", origin: "package.json" },
        { name: "django", origin: "requirements.txt" },
      ],
    ))
})

describe("whatever is in the files", () => {
  const names =
    `package.json go.mod go.work Cargo.toml Gemfile Rakefile composer.json pom.xml build.gradle CMakeLists.txt meson.build configure.ac Makefile
    deno.json pyproject.toml setup.cfg pnpm-workspace.yaml lerna.json AGENTS.md CLAUDE.md .cursor/rules/a.mdc .devcontainer.json .openhands/setup.sh
    compose.yml docker-compose.yml .github/workflows/ci.yml .github/workflows/copilot-setup-steps.yml .tool-versions mise.toml .nvmrc`.split(
      /\s+/,
    )
  const fragments = [
    ...names,
    "{",
    "}",
    "[",
    "]",
    ":",
    "\n",
    "- ",
    "```",
    "`npm test`",
    "test:",
    "jobs:",
    "services:",
    "image: redis",
    "<<: *x",
    "&x",
    "\u0000",
    "🧵",
    "use (",
    "members = [",
  ]
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(fc.constantFrom(...fragments), fc.string()), { maxLength: 30 }).map((parts) => parts.join(" ")),
    fc.json(),
  )
  const files = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ minLength: 1 })), text, { maxKeys: 8 })

  it("a recipe comes of it, and no exception", () =>
    fc.assert(
      fc.property(files, fc.array(fc.string({ minLength: 1 })), (contents, paths) => {
        const snapshot = snapshotOf(contents, { paths, digests: { ".": "a" } })
        const recipe = resolveRecipe(snapshot, {})
        for (const line of [...recipe.install, ...recipe.test]) {
          assert.isNotEmpty(line.command)
          assert.isNotEmpty(line.origin)
        }
        assert.strictEqual(installKeyText(snapshot, recipe), installKeyText(snapshot, resolveRecipe(snapshot, {})))
      }),
      { numRuns: 300 },
    ))
  it("what the sandbox answered is read, however it is broken off", () =>
    fc.assert(
      fc.property(fc.string(), fc.nat({ max: 200 }), (noise, cut) => {
        const boundary = "b".repeat(64)
        const output = `${noise}\n--${boundary} paths \na\n--${boundary} digests \nabc\tpackage.json\nx\n--${boundary} file package.json\n{}`
        const snapshot = readSnapshot(boundary, output.slice(0, Math.max(0, output.length - cut)))
        assert.isAtMost(snapshot.files.size + snapshot.digests.size, 2)
      }),
    ))
})
