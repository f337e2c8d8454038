import type { Colors } from "./colors.ts"
import { fit, plain } from "./text.ts"

export interface Column {
  readonly title: string
  readonly align?: "left" | "right"
  /** Colours a whole cell, padding included. */
  readonly paint?: (cell: string, row: number) => string
}

/**
 * Rows under bold titles, two blanks apart. The last column gives way where the terminal is too narrow; the others are as wide
 * as what is in them. What programs and people wrote cannot steer the terminal.
 */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  options: { readonly columns: number; readonly colors: Colors },
): ReadonlyArray<string> => {
  const cells = rows.map((row) => row.map(plain))
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)))
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0)
  const room = Math.max(8, options.columns - before)
  const line = (row: ReadonlyArray<string>, paint: (cell: string, column: Column) => string) =>
    columns
      .map((column, index) => {
        const isLast = index === columns.length - 1
        const text = isLast ? fit(row[index] ?? "", room) : (row[index] ?? "")
        const width = widths[index] ?? 0
        return paint(
          column.align === "right" ? text.padStart(Math.min(width, isLast ? room : width)) : isLast ? text : text.padEnd(width),
          column,
        )
      })
      .join("  ")
      .trimEnd()
  return [
    line(
      columns.map(({ title }) => title),
      (cell) => options.colors.bold(cell),
    ),
    ...cells.map((row, number) => line(row, (cell, { paint }) => (paint === undefined ? cell : paint(cell, number)))),
  ]
}

/** `just now`, `12 min ago`, `3 h ago`, `5 d ago`. */
export const ago = (at: number, now: number): string => {
  const minutes = Math.floor(Math.max(0, now - at) / 60_000)
  if (minutes < 1) return "just now"
  if (minutes < 60) return `${minutes} min ago`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / (24 * 60))} d ago`
}

/** US dollars of model requests. */
export const money = (costUsd: number | null): string => (costUsd === null ? "price unknown" : `$${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`)
