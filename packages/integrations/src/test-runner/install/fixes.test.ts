import { assert, describe, it } from "@effect/vitest"
import { nextFix, remedyFor } from "./fixes.ts"

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
    assert.include(remedyFor("sh: 1: cmake: not found", null), "not in the sandbox")
    assert.include(remedyFor("", "timeout"), "in time")
    assert.include(remedyFor("anything else", null), ".github/loom.yml")
  })
})
