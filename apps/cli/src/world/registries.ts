import type { Discovery } from "./registry-sources.ts"
import { cargoRegistries, certificateVariables, goRegistries, npmRegistries, pipRegistries, yarnRegistries } from "./registry-sources.ts"

/** Where packages may be fetched from, as this machine's own package managers are set up. */
export interface Registries {
  /** `host` or `host:port`, each once. */
  readonly hosts: ReadonlyArray<string>
  /** What a package manager inside the sandbox needs to know; never a credential. */
  readonly env: Readonly<Record<string, string>>
  /** Folders of this machine that serve as an index (`file:` URLs, `find-links`). */
  readonly directories: ReadonlyArray<string>
  /** What could not be carried into the sandbox, for people. */
  readonly notes: ReadonlyArray<string>
}

/** One package manager's part. URLs may still hold credentials. */
export interface Found {
  readonly urls: ReadonlyArray<string>
  /** Variables whose value is one or more URLs, separated by blanks. */
  readonly variables: Readonly<Record<string, string>>
}

/** Asks every package manager that is installed. None of them has to be. */
export const discoverRegistries = async (discovery: Discovery): Promise<Registries> => {
  const found = await Promise.all([
    npmRegistries(discovery),
    yarnRegistries(discovery),
    pipRegistries(discovery),
    goRegistries(discovery),
    cargoRegistries(discovery),
  ])
  return combineRegistries(found, await certificateVariables(discovery))
}

/** Pure: strips credentials, sorts hosts from folders, and says what was left behind. */
export const combineRegistries = (found: ReadonlyArray<Found>, certificates: Readonly<Record<string, string>>): Registries => {
  const values = found.flatMap((one) => Object.entries(one.variables))
  const urls = [...found.flatMap((one) => one.urls), ...values.flatMap(([, value]) => value.split(/[\s,|]+/))]
  return {
    hosts: [...new Set(urls.flatMap((url) => hostOf(url) ?? []))].toSorted(),
    env: {
      ...Object.fromEntries(values.flatMap(([name, value]) => (value === "" ? [] : [[name, withoutCredentials(value)]]))),
      ...certificates,
    },
    directories: [...new Set(urls.flatMap((url) => directoryOf(url) ?? []))].toSorted(),
    notes: [...new Set(urls.filter(hasCredentials).flatMap((url) => hostOf(url) ?? []))].map(
      (host) => `${host} wants credentials, which never enter the sandbox: its private packages cannot be installed.`,
    ),
  }
}

/** `host` of an https URL, `host:port` for any other port, as sandboxd's allow-list has it; undefined for what is no such URL. */
export const hostOf = (url: string): string | undefined => {
  const parsed = parse(url)
  if (parsed?.protocol === "https:") return parsed.host
  return parsed?.protocol === "http:" ? `${parsed.hostname}:${parsed.port || "80"}` : undefined
}

/** The folder of a `file:` URL or an absolute path. A PEP 503 index is called `simple` and its files lie beside it: then their parent. */
export const directoryOf = (url: string): string | undefined => {
  const parsed = url.startsWith("/") ? parse(`file://${url}`) : parse(url)
  if (parsed?.protocol !== "file:" || parsed.host !== "") return undefined
  const path = decodeURIComponent(parsed.pathname).replace(/\/$/, "")
  return path.endsWith("/simple") ? path.slice(0, -"/simple".length) : path
}

const parse = (url: string): URL | null => URL.parse(url.replace(/^sparse\+/, ""))

const hasCredentials = (url: string): boolean => {
  const parsed = parse(url)
  return parsed !== null && (parsed.username !== "" || parsed.password !== "")
}

/** Removes `user:password@` of every URL in a text; everything else stays as it is. */
export const withoutCredentials = (text: string): string => text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s,|]*@/gi, "$1")
