import { units } from "./units.js"

/**
 * A duration as text, largest unit first: `1h 30m`.
 * @param {number} milliseconds
 * @returns {string}
 */
export const format = (milliseconds) => {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) throw new RangeError(`not a duration: ${milliseconds}`)
  let rest = Math.round(milliseconds)
  const parts = []
  for (const [unit, size] of Object.entries(units)) {
    const amount = Math.floor(rest / size)
    if (amount > 0) parts.push(`${amount}${unit}`)
    rest -= amount * size
  }
  return parts.length === 0 ? "0s" : parts.join(" ")
}
