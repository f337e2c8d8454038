import { withoutIndex } from "./python-offline.ts"

/** A known way an install fails, and the command to try instead. `null` from `command` means that the fix does not apply. */
interface Fix {
  readonly name: string
  readonly when: RegExp
  readonly command: (command: string) => string | null
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
    when: /ECONNRESET|ETIMEDOUT|EAI_AGAIN|socket hang up|ERR_SOCKET_TIMEOUT|50[0234] |Read timed out|network (error|timeout)|integrity/i,
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
    const next = fix.command(command)
    if (next !== null) return { name: fix.name, command: next }
  }
  return null
}

const REMEDIES: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /Not installed here, and not to be had/,
    "The tests need packages that are not in the sandbox, and the package index cannot be reached from there. Ask the operator to install them beside Python or to allow an index, or set `setup:` in `.github/loom.yml`.",
  ],
  [
    /Tunnel connection failed|ProxyError|tunneling socket/i,
    "The set-up wants a host that the sandbox may not reach. Ask the operator to allow it, or set `setup:` in `.github/loom.yml` to do without.",
  ],
  [
    /E401|E403|401 Unauthorized|403 Forbidden|ENEEDAUTH|authentication/i,
    "A package needs credentials that Loom does not have. Make it installable without them, or set `setup:` in `.github/loom.yml`.",
  ],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|certificate verify failed|self-signed certificate/i,
    "The certificate of the package registry is not trusted inside the sandbox. Ask the operator to give the sandbox its authority (`NODE_EXTRA_CA_CERTS`, `PIP_CERT`).",
  ],
  [
    /blocked host|ENOTFOUND|getaddrinfo|EAI_AGAIN|ECONNREFUSED|Temporary failure in name resolution|network is unreachable/i,
    "The set-up wants a host that the sandbox may not reach. Ask the operator to allow it, or set `setup:` in `.github/loom.yml` to do without.",
  ],
  [
    /E404|404 Not Found|No matching distribution|Could not find a version/i,
    "A package or version is not in the registry. Correct the manifest or the lock file on the default branch.",
  ],
  [
    /(command not found|: not found|No such file or directory)/i,
    "A tool that the set-up calls is not in the sandbox. Name another way in `setup:` of `.github/loom.yml`.",
  ],
  [
    /ENOSPC|No space left/i,
    "The sandbox ran out of disk. Ask the operator for a larger one, or install less with `setup:` in `.github/loom.yml`.",
  ],
  [
    /EBADENGINE|engine|requires (Node|Python)|Requires-Python/i,
    "The repository needs another version of its language. Pin it (`.nvmrc`, `engines`, `.python-version`), or set `setup:` in `.github/loom.yml`.",
  ],
]

export const remedyFor = (output: string, ended: string | null): string => {
  if (ended === "timeout")
    return "The set-up did not end in time. Make it shorter with `setup:` in `.github/loom.yml`, then set the label again."
  if (ended === "oom") return "The set-up needs more memory than the sandbox has. Ask the operator for a larger one."
  return (
    REMEDIES.find(([pattern]) => pattern.test(output))?.[1] ??
    "Run the command on a clean clone and mend it there, or set `setup:` in `.github/loom.yml`, then set the label again."
  )
}
