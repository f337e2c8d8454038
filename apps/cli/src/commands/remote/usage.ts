import type { UsageReport } from "@loom/core/domain/UsageReport"
import type { Usage } from "@loom/core/domain/Usage"
import type { ApiClient } from "../../api-client.ts"
import type { Colors } from "../../render/colors.ts"
import { printed } from "../../render/json.ts"
import { money, table } from "../../render/table.ts"
import type { OrderNamed } from "../Order.ts"
import type { CommandContext } from "../start.ts"

/** Tokens and money by day and model. */
export const usage = async (api: ApiClient, order: OrderNamed<"usage">, { colors, screen }: CommandContext): Promise<number> => {
  const report = await api.usage(order.days)
  if (order.json) screen.write(printed(report))
  else for (const line of usageLines(report, screen.columns(), colors)) screen.write(`${line}\n`)
  return 0
}

const figures = ({ costUsd, inputTokens, outputTokens, requests }: Usage): ReadonlyArray<string> => [
  ...[requests, inputTokens, outputTokens].map((figure) => figure.toLocaleString("en")),
  money(costUsd),
]

/** Pure: newest day first, the sum at the end. */
export const usageLines = (report: UsageReport, columns: number, colors: Colors): ReadonlyArray<string> => {
  if (report.days.length === 0) return [`Nothing was asked of a model from ${report.from} to ${report.to}.`]
  const isTotal = (row: number) => row === report.days.length
  const paint = (cell: string, row: number) => (isTotal(row) ? colors.bold(cell) : cell)
  const number = (title: string) => ({ title, align: "right", paint }) as const
  return table(
    [{ title: "DAY", paint }, { title: "MODEL", paint }, number("REQUESTS"), number("INPUT"), number("OUTPUT"), number("COST")],
    [
      ...report.days.map(({ day, model, provider, usage: used }) => [day, `${provider}/${model}`, ...figures(used)]),
      ["total", "", ...figures(report.total)],
    ],
    { columns, colors },
  )
}
