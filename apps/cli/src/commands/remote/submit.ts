import { randomUUID } from "node:crypto"
import { readFile } from "node:fs/promises"
import { text } from "node:stream/consumers"
import type { ApiClient, Submission } from "../../api-client.ts"
import { BadInput } from "../../CliError.ts"
import type { OrderNamed } from "../Order.ts"
import type { CommandContext } from "../start.ts"
import { tell } from "./control.ts"

/** The API's own bound on a body, in characters. */
const MAX_BODY = 60_000

/** Has an issue resolved, or one opened first. The idempotency key makes a repeated request one request. */
export const submit = async (api: ApiClient, order: OrderNamed<"submit">, context: CommandContext): Promise<number> => {
  const { approval, as, bodyFile, issueNumber, repository, title } = order
  const body = bodyFile === null ? null : await contentOf(bodyFile)
  const common = { repository, ...(as === null ? {} : { requestedBy: as }), ...(approval ? { approval: true as const } : {}) }
  const submission: Submission =
    issueNumber === null ? { ...common, title: title ?? "", ...(body === null ? {} : { body }) } : { ...common, issueNumber }
  return tell(await api.submit(submission, order.key ?? randomUUID()), order, context)
}

const contentOf = async (file: string): Promise<string> => {
  const content = await (file === "-" ? text(process.stdin) : readFile(file, "utf8")).catch((error: unknown) => {
    throw new BadInput({ detail: `--body-file ${file} cannot be read (${error instanceof Error ? error.message : String(error)}).` })
  })
  if (content.length > MAX_BODY)
    throw new BadInput({ detail: `${file} has ${content.length} characters; an issue's body may have ${MAX_BODY}. Shorten it.` })
  return content
}
