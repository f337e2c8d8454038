import { units } from "./units.js"

const part = /(\d+(?:\.\d+)?)\s*(d|h|m|s|ms)/g

/**
 * Milliseconds of a duration such as `1h 30m`.
 * @param {string} text
 * @returns {number}
 */
export const parse = (text) => {
  const parts = [...text.toLowerCase().matchAll(part)]
  if (parts.length === 0) throw new TypeError(`not a duration: ${JSON.stringify(text)}`)
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit], 0)
}
