import { assert, describe, it } from "@effect/vitest"
import { nextFix } from "./fixes.ts"
import { remedyFor } from "./remedies.ts"

const tools = 'npm install --prefix "$HOME/tools" --no-audit --no-fund'
const none = new Set<string>()
const fixed = (command: string, output: string) => nextFix(command, output, none)?.command ?? null

describe("nextFix", () => {
  const table: ReadonlyArray<readonly [string, string, string, string | null]> = [
    [
      "lock drift, npm",
      "npm ci",
      "npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.",
      "npm install",
    ],
    ["peer conflict", "npm ci", "npm error code ERESOLVE\nnpm error ERESOLVE could not resolve", "npm ci --legacy-peer-deps"],
    [
      "lock drift, yarn 1",
      "yarn install --non-interactive --frozen-lockfile",
      "error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.",
      "yarn install --non-interactive",
    ],
    [
      "lock drift, berry",
      "yarn install --immutable",
      "➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.",
      "yarn install --no-immutable",
    ],
    [
      "lock drift, pnpm",
      "pnpm install --frozen-lockfile",
      ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile"',
      "pnpm install",
    ],
    [
      "a download in an install script",
      "npm ci",
      "npm error code 1\nnpm error path /workspace/node_modules/sharp\nnpm error command failed\nnpm error command sh -c node install/check",
      "npm ci --ignore-scripts",
    ],
    [
      "node-gyp with pnpm",
      "pnpm install --frozen-lockfile",
      "node_modules/bcrypt: gyp ERR! find Python\n ELIFECYCLE  Command failed with exit code 1.",
      "pnpm install --frozen-lockfile --ignore-scripts",
    ],
    [
      "unbuilt dependencies with pnpm",
      "pnpm install --frozen-lockfile",
      "ERR_PNPM_IGNORED_BUILDS  Ignored build scripts: esbuild",
      "pnpm install --frozen-lockfile --config.strict-dep-builds=false",
    ],
    [
      "engines",
      "yarn install --non-interactive --frozen-lockfile",
      'error foo@1.0.0: The engine "node" is incompatible with this module. Expected version "16".',
      "yarn install --non-interactive --frozen-lockfile --ignore-engines",
    ],
    [
      "extras that are not there",
      `"$HOME/venv/bin/python" -m pip install -e '.[test]'`,
      "ERROR: No matching distribution found for obscure==1",
      `"$HOME/venv/bin/python" -m pip install -e .`,
    ],
    [
      "an index that is there but has not the package",
      `"$HOME/venv/bin/python" -m pip install -r requirements.txt`,
      "ERROR: No matching distribution found for obscure==1",
      null,
    ],
    [
      "pnpm's age check against a registry that does not tell ages",
      "pnpm install --frozen-lockfile",
      "Error: ERR_PNPM_MINIMUM_RELEASE_AGE_VIOLATION",
      "pnpm install --frozen-lockfile --config.minimumReleaseAge=0",
    ],
    ["a tool that npm has", "yarn run setup", "/bin/sh: 1: lerna: not found", `${tools} lerna && yarn run setup`],
    ["a tool that npm has not", "make deps", "bash: line 1: protoc: command not found", null],
    [
      "a git dependency over ssh",
      "npm install",
      "npm error command git ls-remote ssh://git@git.example.test/a/b.git\nnpm error ssh: Could not resolve hostname",
      "env GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=url.https://git.example.test/.insteadOf GIT_CONFIG_VALUE_0=ssh://git@git.example.test/ GIT_CONFIG_KEY_1=url.https://git.example.test/.insteadOf GIT_CONFIG_VALUE_1=git@git.example.test: npm install",
    ],
    [
      "no gem index",
      'GEM_HOME="$HOME/gems" bundle install',
      "Bundler::HTTPError: Could not fetch specs from the index",
      'GEM_HOME="$HOME/gems" bundle install --local',
    ],
    ["a port that is taken", "npm ci", "Error: listen EADDRINUSE: address already in use :::9000", "npm ci "],
    ["a package that does not exist", "npm ci", "npm error 404 Not Found - GET x", null],
    ["a command of loom.yml that is not an install", "make deps", "make: *** No rule to make target 'deps'. Stop.", null],
  ]
  for (const [name, command, output, next] of table) it(name, () => assert.strictEqual(fixed(command, output), next))

  it("points a yarn 1 lock file at the configured registry", () => {
    const command = fixed(
      "yarn install --non-interactive --frozen-lockfile",
      'error An unexpected error occurred: "https://registry.example.test/a/-/a-1.0.0.tgz: getaddrinfo ENOTFOUND registry.example.test".',
    )
    assert.include(command ?? "", "sed -i")
    assert.include(command ?? "", "yarn install --non-interactive --frozen-lockfile")
  })
  it("without an index pip's own arguments go to what looks for installed packages, once", () => {
    const output = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /simple/x/"
    const command = fixed(`"$HOME/venv/bin/python" -m pip install -r requirements-dev.txt`, output)
    assert.match(command ?? "", /^"\$HOME\/venv\/bin\/python" -c '[\s\S]+' -r requirements-dev\.txt$/)
    assert.isNull(fixed(command ?? "", output))
  })
  it("a missing variable is filled from the repository's example, where git does not see it", () => {
    const command = fixed("npm ci", "Error: Missing required environment variable API_URL")
    assert.match(command ?? "", /check-ignore -q \.env .*cp \.env\.example \.env.*; npm ci$/)
    assert.include(remedyFor("Error: Missing required environment variable API_URL", null), "`API_URL`")
  })
  it("uses no fix twice", () => {
    const first = nextFix("npm ci", "ERESOLVE", none)
    assert.isNotNull(first)
    assert.isNull(nextFix("npm ci", "ERESOLVE", new Set([first?.name ?? ""])))
  })
})

describe("remedyFor", () => {
  it("names what a person can do", () => {
    assert.include(remedyFor("npm error code E404\n404 Not Found", null), "not in the registry")
    assert.include(
      remedyFor("ProxyError('Unable to connect to proxy', OSError('Tunnel connection failed: 403 Forbidden'))", null),
      "may not reach",
    )
    assert.include(remedyFor("getaddrinfo ENOTFOUND x", null), "operator")
    assert.include(remedyFor("sh: 1: cmake: not found", null), "`cmake`, which is not in the sandbox")
    assert.include(remedyFor("[ERR_PNPM_FETCH_404] Not Found - 404", null), "not in the registry")
    assert.include(remedyFor("", "timeout"), "in time")
    assert.include(remedyFor("anything else", null), ".github/loom.yml")
  })
})
