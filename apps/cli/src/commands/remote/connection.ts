import { type ApiClient, makeApiClient } from "../../api-client.ts"
import { BadInput, NoLoom } from "../../CliError.ts"
import { runningWorld } from "../../known-world.ts"
import type { CommandContext } from "../start.ts"
import { type Credentials, readCredentials } from "./credentials.ts"

/** Which Loom is asked, and what opens it. */
export interface Address {
  readonly url: string
  readonly token: string | null
}

export interface Choices {
  /** `--url` */
  readonly asked: string | null
  /** LOOM_URL and LOOM_API_TOKEN; null where they are not set. */
  readonly envUrl: string | null
  readonly envToken: string | null
  /** The one that `npm start` runs here. */
  readonly running: Address | null
  readonly credentials: Credentials
}

/**
 * `--url`, else LOOM_URL, else the Loom that runs here, else where the person signed in last. LOOM_API_TOKEN goes to LOOM_URL
 * alone (without LOOM_URL: to `--url`), so that no token reaches a Loom it was not made for.
 * @throws NoLoom when there is none
 */
export const choose = ({ asked, credentials, envToken, envUrl, running }: Choices): Address => {
  const url = originOf(asked ?? envUrl ?? running?.url ?? credentials.latest)
  const isEnvs = envUrl === null ? asked !== null : originOf(envUrl) === url
  const token =
    (isEnvs ? envToken : null) ?? (running !== null && running.url === url ? running.token : null) ?? credentials.looms[url]?.token ?? null
  return { url, token }
}

/** @throws BadInput for what is no address of a server */
export const originOf = (text: string | null): string => {
  if (text === null)
    throw new NoLoom({ detail: "No Loom runs here: start one with `npm start`, sign in to one with `loom login --url`, or set LOOM_URL." })
  const url = URL.parse(text)
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new BadInput({ detail: `${JSON.stringify(text)} is no address of a Loom; give one as https://loom.example.` })
  return url.origin
}

const set = (value: string | undefined): string | null => (value === undefined || value === "" ? null : value)

const choicesOf = (asked: string | null, { env, root }: Pick<CommandContext, "env" | "root">): Choices => {
  const running = runningWorld(root)
  return {
    asked,
    envUrl: set(env["LOOM_URL"]),
    envToken: set(env["LOOM_API_TOKEN"]),
    running: running === null ? null : { url: running.url, token: running.apiToken },
    credentials: readCredentials(env),
  }
}

export const addressOf = (asked: string | null, context: Pick<CommandContext, "env" | "root">): Address => choose(choicesOf(asked, context))

/** What opens the Loom at an address that somebody else may have named: LOOM_API_TOKEN only where LOOM_URL is that Loom. */
export const tokenFor = (origin: string, context: Pick<CommandContext, "env" | "root">): string | null => {
  const choices = choicesOf(origin, context)
  return choose({ ...choices, envToken: choices.envUrl === null ? null : choices.envToken }).token
}

export const connect = (asked: string | null, context: CommandContext): ApiClient => {
  const { token, url } = addressOf(asked, context)
  return makeApiClient(url, token)
}
