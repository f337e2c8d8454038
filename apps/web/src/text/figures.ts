/** Money of model requests, US dollars. Null is an unknown price, never free. */
export const formatCost = (usd: number | null): string => {
  if (usd === null) return "price unknown"
  if (usd === 0) return "$0.00"
  if (usd < 0.01) return "< $0.01"
  return `$${usd.toFixed(2)}`
}

/** `950`, `12.3k`, `1.2M` */
export const formatCount = (n: number): string => {
  if (Math.abs(n) < 1000) return String(n)
  if (Math.abs(n) < 999_950) return `${(n / 1000).toFixed(1)}k`
  return `${(n / 1_000_000).toFixed(1)}M`
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** Share of completed tasks among those that ended by themselves; null when none did. */
export const successRate = (completed: number, failed: number): string | null =>
  completed + failed === 0 ? null : `${Math.round((100 * completed) / (completed + failed))} %`

/** A share from 0 to 1 as a percentage; null stays null. */
export const formatShare = (share: number | null): string | null => (share === null ? null : `${Math.round(100 * share)} %`)
