import type { AccountDetail } from "@loom/core/domain/Account"
import type { ApiClient } from "../../api-client.ts"
import type { Colors } from "../../render/colors.ts"
import { printed } from "../../render/json.ts"
import { ago, money, table } from "../../render/table.ts"
import { plain } from "../../render/text.ts"
import type { OrderNamed } from "../Order.ts"
import type { CommandContext } from "../start.ts"

/** Who has signed in. */
export const accounts = async (api: ApiClient, order: OrderNamed<"accounts">, { colors, screen }: CommandContext): Promise<number> => {
  const page = await api.accounts({ limit: order.limit, ...(order.cursor === null ? {} : { cursor: order.cursor }) })
  if (order.json) {
    screen.write(printed(page))
    return 0
  }
  const now = Date.now()
  const lines =
    page.items.length === 0
      ? ["Nobody has signed in yet."]
      : table(
          [
            { title: "LOGIN" },
            { title: "TIER" },
            { title: "SEEN", align: "right" },
            { title: "BLOCKED", paint: (cell) => colors.red(cell) },
          ],
          page.items.map(({ blocked, lastSeenAt, login, tier }) => [login, tier, ago(lastSeenAt, now), blocked?.reason ?? ""]),
          { columns: screen.columns(), colors },
        )
  for (const line of lines) screen.write(`${line}\n`)
  if (page.next !== null) screen.write(colors.dim(`More: --cursor ${plain(page.next)}\n`))
  return 0
}

/** What one account uses, after the change that was asked for, if any. */
export const account = async (api: ApiClient, order: OrderNamed<"account">, { colors, screen }: CommandContext): Promise<number> => {
  const { block, tier } = order
  const patch = {
    ...(tier === null ? {} : { tier }),
    ...(block === null ? {} : { blocked: block === false ? null : { reason: block } }),
  }
  const detail = await (Object.keys(patch).length === 0 ? api.account(order.login) : api.changeAccount(order.login, patch))
  if (order.json) screen.write(printed(detail))
  else for (const line of accountLines(detail, Date.now(), colors)) screen.write(`${line}\n`)
  return 0
}

/** Pure. */
export const accountLines = (detail: typeof AccountDetail.Type, now: number, colors: Colors): ReadonlyArray<string> => {
  const { allowance, blocked, changes, lastSeenAt, login, tier, usage } = detail
  const left = allowance.limit === null ? "no limit" : `${allowance.remaining ?? 0} of ${allowance.limit} requests left this hour`
  return [
    `${colors.bold(plain(login))}  ${plain(tier)}, ${left}, seen ${ago(lastSeenAt, now)}`,
    ...(blocked === null ? [] : [colors.red(plain(`Blocked by ${blocked.by} ${ago(blocked.at, now)}: ${blocked.reason}`))]),
    `${usage.tasks} tasks: ${usage.open} open, ${usage.completed} completed, ${usage.failed} failed, ${usage.cancelled} cancelled`,
    `${usage.inputTokens + usage.outputTokens} tokens, ${money(usage.costUsd)}`,
    ...changes.map(({ at, by, change }) => colors.dim(plain(`${ago(at, now)}, ${by}: ${change}`))),
  ]
}
