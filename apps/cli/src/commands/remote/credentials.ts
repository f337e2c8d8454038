import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import { Schema } from "effect"
import { BadInput } from "../../CliError.ts"

/** A token of one person for one Loom. `expiresAt` is ms since the epoch. */
const Credential = Schema.Struct({ token: Schema.String, tokenId: Schema.String, login: Schema.String, expiresAt: Schema.Finite })
export type Credential = typeof Credential.Type

/** By origin; `latest` is where the person signed in last. */
const Credentials = Schema.Struct({ latest: Schema.NullOr(Schema.String), looms: Schema.Record(Schema.String, Credential) })
export type Credentials = typeof Credentials.Type

const none: Credentials = { latest: null, looms: {} }

/** `$XDG_CONFIG_HOME/loom/credentials.json` (XDG base directory specification: a relative path there is ignored). */
export const credentialsFile = (env: NodeJS.ProcessEnv): string => {
  const configured = env["XDG_CONFIG_HOME"] ?? ""
  return join(configured.startsWith("/") ? configured : join(env["HOME"] || homedir(), ".config"), "loom", "credentials.json")
}

/** @throws BadInput for a file that is not as we write it */
export const readCredentials = (env: NodeJS.ProcessEnv): Credentials => {
  const file = credentialsFile(env)
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return none
    throw new BadInput({ detail: `${file} cannot be read. Make it yours, or remove it and \`loom login\` again.` })
  }
  const read = Schema.decodeOption(Schema.fromJsonString(Credentials))(text)
  if (read._tag === "None") throw new BadInput({ detail: `${file} is not as Loom writes it. Remove it and \`loom login\` again.` })
  return read.value
}

export const keepCredential = (env: NodeJS.ProcessEnv, url: string, credential: Credential): void =>
  write(env, { latest: url, looms: { ...readCredentials(env).looms, [url]: credential } })

export const forgetCredential = (env: NodeJS.ProcessEnv, url: string): void => {
  const { latest, looms } = readCredentials(env)
  const { [url]: _gone, ...rest } = looms
  write(env, { latest: latest === url ? null : latest, looms: rest })
}

/** Whole or not at all, and for its owner alone from the first byte on. */
const write = (env: NodeJS.ProcessEnv, credentials: Credentials): void => {
  const file = credentialsFile(env)
  const draft = `${file}.${process.pid}`
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  rmSync(draft, { force: true })
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: "wx" })
  chmodSync(draft, 0o600)
  renameSync(draft, file)
}
