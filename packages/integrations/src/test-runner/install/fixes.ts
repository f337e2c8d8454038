import { MISSING_VARIABLE } from "./remedies.ts"
import { withoutIndex } from "./python-offline.ts"

/** A known way an install fails, and the command to try instead. `null` from `command` means that the fix does not apply. */
interface Fix {
  readonly name: string
  readonly when: RegExp
  readonly command: (command: string, output: string) => string | null
}

const add =
  (flag: string) =>
  (command: string): string | null =>
    command.includes(flag) ? null : `${command} ${flag}`
const swap =
  (from: RegExp, to: string) =>
  (command: string): string | null => {
    const next = command.replace(from, to)
    return next === command ? null : next
  }
const only =
  (manager: RegExp, change: (command: string) => string | null) =>
  (command: string): string | null =>
    manager.test(command) ? change(command) : null
const either =
  (...changes: ReadonlyArray<(command: string) => string | null>) =>
  (command: string): string | null => {
    for (const change of changes) {
      const next = change(command)
      if (next !== null) return next
    }
    return null
  }

const NPM = /\bnpm (ci|install|i)\b/
const YARN = /\byarn(\b|-)/
const PNPM = /\bpnpm (install|i)\b/

/**
 * Lock entries of yarn 1 name the host they were written on. Where that is not the configured registry, the tarball paths are pointed
 * at it for the install; the tracked file is restored afterwards with everything else an install changes.
 */
const yarnLockHosts = (command: string): string | null =>
  command.includes("sed -i")
    ? null
    : `registry="\${npm_config_registry:-$(npm config get registry)}" && sed -i -E "s#(resolved \\")https?://[^\\"]+/((@[^/\\"]+/)?[^/\\"]+/-/[^\\"]+)#\\\\1\${registry%/}/\\\\2#" yarn.lock && ${command}`

/** Programs that are packages of npm. */
const NPM_TOOLS = new Set(
  "pnpm yarn bun deno lerna turbo nx gulp grunt bower rimraf husky node-gyp tsc tsx patch-package cross-env bats".split(" "),
)

const missingTool = (command: string, output: string): string | null => {
  const name =
    /(?:^|[\s:])([\w.-]+): (?:command )?not found|spawn ([\w.-]+) ENOENT/m
      .exec(output)
      ?.slice(1)
      .find((word) => word !== undefined) ?? ""
  const what = name === "tsc" ? "typescript" : name
  return NPM_TOOLS.has(name) && !command.includes("npm install --prefix")
    ? `npm install --prefix "$HOME/tools" --no-audit --no-fund ${what} && ${command}`
    : null
}

/** git's own rewriting of addresses, for one command: `git@host:` and `ssh://git@host/` as https. */
const overHttps = (command: string, output: string): string | null => {
  const host = /ssh:\/\/git@([\w.-]+)\/|git@([\w.-]+):/
    .exec(output)
    ?.slice(1)
    .find((word) => word !== undefined)
  if (host === undefined || command.includes("GIT_CONFIG_COUNT")) return null
  const rule = (index: number, from: string) => `GIT_CONFIG_KEY_${index}=url.https://${host}/.insteadOf GIT_CONFIG_VALUE_${index}=${from}`
  return `env GIT_CONFIG_COUNT=2 ${rule(0, `ssh://git@${host}/`)} ${rule(1, `git@${host}:`)} ${command}`
}

/** The repository's own example, where git does not see the copy: else it would be part of a change. */
const exampleEnv = (command: string): string | null =>
  command.includes(".env.example")
    ? null
    : `(git check-ignore -q .env && [ ! -e .env ] && { cp .env.example .env || cp .env.sample .env || cp .env.test .env; }) >/dev/null 2>&1; ${command}`

/** Words of pip when it got no answer from its index, rather than the answer that there is no such package. */
const NO_INDEX =
  /connection broken by|ProxyError|Tunnel connection failed|NewConnectionError|Failed to establish a new connection|Connection to \S+ timed out|No module named pip/

/** First match that applies wins; each is used at most once per line. Names are shown to people. */
const fixes: ReadonlyArray<Fix> = [
  {
    name: "lock file does not match the manifest: install without freezing it",
    when: /can only install (packages )?(when|with an existing)|EUSAGE|not in sync|npm ci.*package-lock/i,
    command: only(NPM, swap(/\bnpm ci\b/, "npm install")),
  },
  {
    name: "peer dependency conflict: legacy peer resolution",
    when: /ERESOLVE|peer dep|unable to resolve dependency tree/i,
    command: only(NPM, add("--legacy-peer-deps")),
  },
  {
    name: "engine check: ignored",
    when: /EBADENGINE|engine ".*" is incompatible|ERR_PNPM_UNSUPPORTED_ENGINE|Unsupported engine/i,
    command: either(
      only(NPM, add("--engine-strict=false")),
      only(PNPM, add("--config.engine-strict=false")),
      only(YARN, add("--ignore-engines")),
    ),
  },
  {
    name: "lock file names another host: rewritten for the install",
    when: /(https?:\/\/\S+\.tgz).*(getaddrinfo|ENOTFOUND|ECONNREFUSED|tunneling|403|404|Request failed|blocked|socket)|(getaddrinfo|tunneling socket|ECONNREFUSED|Request failed|network connection).*$/im,
    command: either(
      only(/\byarn install\b.*(--frozen-lockfile|--non-interactive)/, yarnLockHosts),
      only(NPM, add("--replace-registry-host=always")),
    ),
  },
  {
    name: "lock file does not match the manifest: install without freezing it",
    when: /frozen-lockfile|needs to be updated|YN0028|ERR_PNPM_(OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH|LOCKFILE_BREAKING_CHANGE|NO_LOCKFILE)|lockfile had changes|lockfile is frozen/i,
    command: either(swap(/ --frozen-lockfile/, ""), swap(/ --immutable/, " --no-immutable"), swap(/ --frozen\b/, "")),
  },
  {
    name: "pnpm cannot check the age of what the lock file names: its hashes alone are checked",
    when: /MINIMUM_RELEASE_AGE|supply-chain policy check/,
    command: only(PNPM, add("--config.minimumReleaseAge=0")),
  },
  {
    name: "a dependency is a git address over ssh: fetched over https",
    when: /ssh:\/\/git@|git@[\w.-]+:[\s\S]*(Permission denied|Could not resolve hostname|Host key verification)/,
    command: overHttps,
  },
  {
    name: "a tool is missing that npm has: fetched first",
    when: /not found|ENOENT/,
    command: missingTool,
  },
  {
    name: "an environment variable is missing: the repository's own example is used",
    when: MISSING_VARIABLE,
    command: exampleEnv,
  },
  {
    name: "the gem index cannot be reached: what is installed already is used",
    when: /Could not (reach host|fetch specs)|Bundler::HTTPError|Bundler cannot continue|CONNECT tunnel failed|Gem::RemoteFetcher/,
    command: only(/bundle install/, add("--local")),
  },
  {
    name: "pnpm refuses unbuilt dependencies: allowed",
    when: /ERR_PNPM_IGNORED_BUILDS/,
    command: only(PNPM, add("--config.strict-dep-builds=false")),
  },
  {
    name: "install script fails (a download or a compiler): install scripts are skipped",
    when: /node-gyp|prebuild|node-pre-gyp|postinstall|preinstall|install script|ELIFECYCLE|command failed|lifecycle|exited with .*code|YN0009/i,
    command: either(
      only(NPM, add("--ignore-scripts")),
      only(PNPM, add("--ignore-scripts")),
      only(/\byarn install\b.*(--non-interactive)/, add("--ignore-scripts")),
      only(/install( --(no-)?immutable)?$/, swap(/^/, "YARN_ENABLE_SCRIPTS=0 ")),
      only(/bun install/, add("--ignore-scripts")),
    ),
  },
  {
    name: "no ensurepip: virtual environment without its own pip",
    when: /ensurepip|python3-venv/i,
    command: swap(/python3 -m venv --system-site-packages/, 'rm -rf "$HOME/venv" && python3 -m venv --without-pip --system-site-packages'),
  },
  {
    name: "build isolation cannot fetch its tools: built with what is installed",
    when: /build dependencies|Installing build dependencies.*error|No matching distribution found for (setuptools|wheel|hatchling|poetry-core|flit)/is,
    command: only(/pip install/, add("--no-build-isolation")),
  },
  {
    name: "no wheel to build with: fetched first",
    when: /invalid command 'bdist_wheel'/,
    command: only(
      /^"\$HOME\/venv\/bin\/python" -m pip install -e/,
      swap(/^/, '"$HOME/venv/bin/python" -m pip install setuptools wheel && '),
    ),
  },
  {
    name: "the package cannot be built here: its sources are put on the path, with what is installed already",
    when: /metadata-generation-failed|BackendUnavailable|invalid command 'bdist_wheel'|No matching distribution found for (setuptools|wheel|hatchling|poetry-core|flit)/,
    command: only(/pip install (.* )?-e /, withoutIndex),
  },
  {
    name: "the package index cannot be reached: what is installed already is used",
    when: NO_INDEX,
    command: withoutIndex,
  },
  {
    name: "optional extras cannot be installed: the package alone",
    when: /No matching distribution|Could not find a version|ResolutionImpossible/i,
    command: only(/pip install -e/, swap(/-e '?\.\[[^\]]*\]'?/, "-e .")),
  },
  {
    name: "connection trouble: the same again",
    when: /EADDRINUSE|ECONNRESET|ETIMEDOUT|EAI_AGAIN|socket hang up|ERR_SOCKET_TIMEOUT|50[0234] |Read timed out|network (error|timeout)|integrity/i,
    command: (command) => `${command} `,
  },
]

interface NextAttempt {
  readonly name: string
  readonly command: string
}

/** What to try after `command` failed with `output`; null when no known fix is left. */
export const nextFix = (command: string, output: string, used: ReadonlySet<string>): NextAttempt | null => {
  for (const fix of fixes) {
    if (used.has(fix.name) || !fix.when.test(output)) continue
    const next = fix.command(command, output)
    if (next !== null) return { name: fix.name, command: next }
  }
  return null
}
