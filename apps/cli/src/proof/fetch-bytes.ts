import { BadInput } from "../CliError.ts"

const TIMEOUT_MS = 30_000
const MAX_BYTES = 64 * 1024 * 1024

export const isUrl = (text: string): boolean => /^https?:\/\//i.test(text)

/** `token` goes nowhere but to `url`: a redirect is refused. Null on 404. @throws BadInput for everything that is no answer */
export const fetchBytes = async (url: string, token: string | null): Promise<Uint8Array<ArrayBuffer> | null> => {
  const failed = (why: string) => new BadInput({ detail: `${url} cannot be read: ${why}` })
  const response = await fetch(url, {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw failed(error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error))
  })
  if (response.status === 404) return null
  if (response.status === 401)
    throw failed(
      `it answered 401. Sign in with \`loom login --url ${new URL(url).origin}\`, or set LOOM_URL to that Loom and LOOM_API_TOKEN to a token of it.`,
    )
  if (!response.ok) throw failed(`it answered ${response.status}.`)
  if (Number(response.headers.get("content-length") ?? 0) > MAX_BYTES) throw failed("it is larger than 64 MiB.")
  return new Uint8Array(await response.arrayBuffer())
}
