/** One JSON document on standard output. */
export const printed = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
