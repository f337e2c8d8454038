/**
 * What the page checks an answer of the API against. A shape is made from an Effect schema of `@loom/core` while Vite
 * builds (`build/shapes.ts`); it covers what those schemas use, and `shape.test.ts` proves that both agree.
 */
export type Shape =
  | "string"
  | "text"
  | "number"
  | "integer"
  | "boolean"
  | "null"
  | "unknown"
  | { readonly oneOf: ReadonlyArray<string | boolean> }
  | { readonly any: ReadonlyArray<Shape> }
  | { readonly items: Shape }
  | { readonly values: Shape }
  | { readonly fields: { readonly [name: string]: Shape }; readonly required: ReadonlyArray<string> }

/** A shape that knows which type it stands for; the type is only there for the compiler. */
export interface ShapeOf<A> {
  readonly shape: Shape
  readonly type?: A
}

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const leaf = (shape: string, value: unknown): boolean => {
  switch (shape) {
    case "unknown":
      return true
    case "null":
      return value === null
    case "text":
      return typeof value === "string" && value !== ""
    case "integer":
      return Number.isSafeInteger(value)
    case "number":
      return Number.isFinite(value)
    default:
      return typeof value === shape
  }
}

const firstOf = <T>(entries: Iterable<T>, check: (entry: T) => string | null): string | null => {
  for (const entry of entries) {
    const found = check(entry)
    if (found !== null) return found
  }
  return null
}

/** The path of the first value that does not fit, e.g. `items.0.status`; null when all fit. Unknown fields are fine. */
export const mismatch = (shape: Shape, value: unknown, path = ""): string | null => {
  const here = path === "" ? "the answer" : path
  const below = (name: string | number) => (path === "" ? `${name}` : `${path}.${name}`)
  if (typeof shape === "string") return leaf(shape, value) ? null : here
  if ("oneOf" in shape) return shape.oneOf.some((one) => one === value) ? null : here
  if ("any" in shape) {
    const found = shape.any.map((one) => mismatch(one, value, path))
    // The deepest complaint is of the alternative that was meant.
    return found.includes(null) ? null : found.reduce((a, b) => ((b ?? "").length > (a ?? "").length ? b : a), here)
  }
  if ("items" in shape) {
    return Array.isArray(value) ? firstOf(value.entries(), ([i, item]) => mismatch(shape.items, item, below(i))) : here
  }
  if (!isRecord(value)) return here
  if ("values" in shape) return firstOf(Object.entries(value), ([name, item]) => mismatch(shape.values, item, below(name)))
  return firstOf(Object.entries(shape.fields), ([name, field]) =>
    Object.hasOwn(value, name) ? mismatch(field, value[name], below(name)) : shape.required.includes(name) ? below(name) : null,
  )
}

export const fits = <A>(shape: ShapeOf<A>, value: unknown): value is A => mismatch(shape.shape, value) === null
