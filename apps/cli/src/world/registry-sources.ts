import type { Found } from "./registries.ts"

/** What discovery may do on this machine. Everything answers null when the tool, file or page is not there. */
export interface Discovery {
  /** Standard output of a program. */
  readonly run: (command: string, args: ReadonlyArray<string>) => Promise<string | null>
  readonly readFile: (path: string) => Promise<string | null>
  readonly fetchText: (url: string) => Promise<string | null>
  readonly env: NodeJS.ProcessEnv
}

const nothing: Found = { urls: [], variables: {} }

/** npm answers its whole configuration, defaults included. */
export const npmRegistries = async ({ run }: Discovery): Promise<Found> => {
  const config = parseObject(await run("npm", ["config", "list", "--json"]))
  const registry = config["registry"]
  if (typeof registry !== "string") return nothing
  const scoped = Object.entries(config).flatMap(([key, value]) =>
    /^@[^:]+:registry$/.test(key) && typeof value === "string" ? [value] : [],
  )
  return {
    urls: scoped,
    // yarn berry and corepack have no configuration of their machine to read: they get npm's registry.
    variables: {
      npm_config_registry: registry,
      YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, ""),
      COREPACK_NPM_REGISTRY: registry.replace(/\/$/, ""),
    },
  }
}

/** yarn 1 writes the host of its own registry into lockfiles, so that host is wanted as well. */
export const yarnRegistries = async ({ run }: Discovery): Promise<Found> => {
  const registry = (await run("yarn", ["config", "get", "registry"]))?.trim()
  return registry === undefined ? nothing : { urls: [registry], variables: {} }
}

/** pip's index comes from its configuration, else from the default that its own help text states. */
export const pipRegistries = async ({ run, fetchText }: Discovery): Promise<Found> => {
  const config = parsePipConfig((await run("pip", ["config", "list"])) ?? (await run("python3", ["-m", "pip", "config", "list"])) ?? "")
  const index = config.get("index-url") ?? defaultIndexOf((await run("python3", ["-m", "pip", "install", "--help"])) ?? "")
  if (index === undefined) return nothing
  const page = await fetchText(`${index.replace(/\/$/, "")}/pip/`)
  const extra = config.get("extra-index-url")
  const links = config.get("find-links")
  return {
    // An index page may point to another host for the files themselves.
    urls: page === null ? [] : linkedUrls(page, index),
    variables: {
      PIP_INDEX_URL: index,
      UV_DEFAULT_INDEX: index,
      ...(extra === undefined ? {} : { PIP_EXTRA_INDEX_URL: extra }),
      ...(links === undefined ? {} : { PIP_FIND_LINKS: links }),
    },
  }
}

export const goRegistries = async ({ run }: Discovery): Promise<Found> => {
  const config = parseObject(await run("go", ["env", "-json", "GOPROXY", "GOSUMDB"]))
  const proxy = config["GOPROXY"]
  const sums = config["GOSUMDB"]
  if (typeof proxy !== "string") return nothing
  const checked = typeof sums === "string" && sums !== "" && sums !== "off"
  return {
    urls: checked ? [`https://${sums.split(/[+\s]/)[0] ?? ""}`] : [],
    variables: { GOPROXY: proxy, ...(typeof sums === "string" ? { GOSUMDB: sums } : {}) },
  }
}

/** Registries that cargo's configuration names; each says in `config.json` where its files are. */
export const cargoRegistries = async ({ readFile, fetchText, env }: Discovery): Promise<Found> => {
  const home = env["CARGO_HOME"] ?? `${env["HOME"] ?? ""}/.cargo`
  const config = (await readFile(`${home}/config.toml`)) ?? (await readFile(`${home}/config`)) ?? ""
  const indexes = [...config.matchAll(/^\s*(?:registry|index)\s*=\s*["']((?:sparse\+)?https?:\/\/[^"']+)["']/gm)].flatMap(
    (match) => match[1] ?? [],
  )
  const files = await Promise.all(
    indexes.map(async (index) => {
      const described = parseObject(await fetchText(`${index.replace(/^sparse\+/, "").replace(/\/$/, "")}/config.json`))
      return typeof described["dl"] === "string" ? [described["dl"]] : []
    }),
  )
  return { urls: [...indexes, ...files.flat()], variables: {} }
}

/** Certificates of this machine that package managers must trust, where the sandbox can see the file. */
export const certificateVariables = async ({ env, run }: Discovery): Promise<Record<string, string>> => {
  const names = [
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "PIP_CERT",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
  ]
  const visible = (path: string | undefined) => path !== undefined && /^\/(etc|usr)\//.test(path)
  const ofNpm = parseObject(await run("npm", ["config", "list", "--json"]))["cafile"]
  return {
    ...Object.fromEntries(names.flatMap((name) => (visible(env[name]) ? [[name, env[name] ?? ""]] : []))),
    ...(typeof ofNpm === "string" && visible(ofNpm) ? { npm_config_cafile: ofNpm } : {}),
  }
}

/** Lines of `pip config list`: `global.index-url='…'`. A later line wins, the environment (`:env:`) over files. */
export const parsePipConfig = (output: string): ReadonlyMap<string, string> => {
  const lines = output.split("\n").flatMap((line) => {
    const match = /^([^=]+?)\.([a-z-]+)='(.*)'$/.exec(line.trim())
    return match === null ? [] : [{ section: match[1] ?? "", key: match[2] ?? "", value: (match[3] ?? "").replaceAll("\\n", " ").trim() }]
  })
  const fromFiles = lines.filter(({ section }) => section !== ":env:")
  const fromEnv = lines.filter(({ section }) => section === ":env:")
  return new Map([...fromFiles, ...fromEnv].map(({ key, value }) => [key, value]))
}

/** `Base URL of the Python Package Index (default <url>)`, which pip wraps over lines. */
export const defaultIndexOf = (help: string): string | undefined => /\(default\s+(https?:\/\/[^\s)]+)\s*\)/.exec(help)?.[1]

/** Absolute URLs that a page links to. */
export const linkedUrls = (page: string, base: string): ReadonlyArray<string> => [
  ...new Set([...page.matchAll(/href="([^"]+)"/g)].flatMap((match) => URL.parse(match[1] ?? "", base)?.origin ?? [])),
]

const parseObject = (text: string | null): Record<string, unknown> => {
  if (text === null) return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
