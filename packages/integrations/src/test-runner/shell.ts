/** One word of a shell command line. */
export const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** Hex digest of a string: names of folders and boundaries that the repository's code cannot foresee. */
export const digest = async (text: string): Promise<string> => {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** Tools that Loom installs for a repository live outside its tree and come first; registry settings reach every package manager. */
export const prelude = `export HOME="\${HOME:-/home/loom}"
export PATH="$HOME/tools/node_modules/.bin:$HOME/venv/bin:$PATH"
if [ -n "\${npm_config_registry-}" ]; then
  export YARN_REGISTRY="\${YARN_REGISTRY-$npm_config_registry}" YARN_NPM_REGISTRY_SERVER="\${YARN_NPM_REGISTRY_SERVER-$npm_config_registry}"
  case "$npm_config_registry" in http://*) registry_host="\${npm_config_registry#http://}"; registry_host="\${registry_host%%/*}"; export YARN_UNSAFE_HTTP_WHITELIST="\${registry_host%%:*}";; esac
fi
[ -z "\${HTTPS_PROXY-}" ] || export YARN_HTTPS_PROXY="$HTTPS_PROXY" YARN_HTTP_PROXY="\${HTTP_PROXY-$HTTPS_PROXY}"
`

/**
 * Environment of every install and test: no questions, no browsers, no hooks, no remembered results. Nothing that a CI service does not
 * set either: tests of command lines look at `NO_COLOR` and its like.
 */
export const quietEnv: Readonly<Record<string, string>> = {
  CI: "1",
  HUSKY: "0",
  NO_UPDATE_NOTIFIER: "1",
  npm_config_fund: "false",
  npm_config_audit: "false",
  npm_config_update_notifier: "false",
  PUPPETEER_SKIP_DOWNLOAD: "1",
  PUPPETEER_SKIP_CHROMIUM_DOWNLOAD: "1",
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1",
  CYPRESS_INSTALL_BINARY: "0",
  SENTRYCLI_SKIP_DOWNLOAD: "1",
  ELECTRON_SKIP_BINARY_DOWNLOAD: "1",
  CHROMEDRIVER_SKIP_DOWNLOAD: "1",
  COREPACK_ENABLE_STRICT: "0",
  YARN_ENABLE_TELEMETRY: "0",
  TURBO_FORCE: "true",
  TURBO_TELEMETRY_DISABLED: "1",
  NX_SKIP_NX_CACHE: "true",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  // A registry that does not answer is said in seconds; trouble that passes is tried again by `install/fixes.ts`.
  PIP_RETRIES: "1",
  PIP_DEFAULT_TIMEOUT: "15",
  npm_config_fetch_retries: "1",
  npm_config_fetch_retry_mintimeout: "1000",
  npm_config_fetch_timeout: "60000",
  YARN_HTTP_RETRY: "1",
  PYTHONDONTWRITEBYTECODE: "1",
}

// oxlint-disable-next-line no-control-regex -- these are the control sequences of terminals (ECMA-48)
const TERMINAL = /\u001b\[[0-9;?]{0,64}[ -/]{0,8}[@-~]|\u001b\][^\u0007\u001b\n]{0,2048}(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g

/** Colour codes and carriage-return redraws removed, as a person would read it in a file. Linear in the length of the text. */
export const plain = (text: string): string => {
  // `ESC [1G` moves to the first column: what follows is written over the line.
  const bare = text.includes("\u001b") ? text.replaceAll("\u001b[1G", "\r").replace(TERMINAL, "") : text
  return bare.includes("\r")
    ? bare
        .replaceAll("\r\n", "\n")
        .split("\n")
        .map((line) => line.slice(line.lastIndexOf("\r") + 1))
        .join("\n")
    : bare
}
