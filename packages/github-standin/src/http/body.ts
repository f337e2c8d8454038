import { badRequest, invalid } from "./errors.ts"
import type { RouteContext } from "./env.ts"

/** A JSON request body, read field by field; a wrong or missing field is GitHub's 422. */
export class Body {
  readonly fields: Record<string, unknown>
  readonly resource: string

  constructor(fields: Record<string, unknown>, resource: string) {
    this.fields = fields
    this.resource = resource
  }

  has(field: string): boolean {
    return this.fields[field] !== undefined
  }

  string(field: string): string {
    const value = this.fields[field]
    if (value === undefined || value === null || value === "") throw invalid({ resource: this.resource, field, code: "missing_field" })
    if (typeof value !== "string") throw invalid({ resource: this.resource, field, code: "invalid" })
    return value
  }

  optionalString(field: string): string | null {
    const value = this.fields[field]
    if (value === undefined || value === null) return null
    if (typeof value !== "string") throw invalid({ resource: this.resource, field, code: "invalid" })
    return value
  }

  optionalNumber(field: string): number | null {
    const value = this.fields[field]
    if (value === undefined || value === null) return null
    if (typeof value !== "number") throw invalid({ resource: this.resource, field, code: "invalid" })
    return value
  }

  boolean(field: string): boolean {
    return this.fields[field] === true
  }

  /** Strings of an array field; absent is empty. */
  strings(field: string): Array<string> {
    return this.array(field).map((item) => (typeof item === "string" ? item : String((item as { name?: unknown }).name ?? "")))
  }

  objects(field: string): Array<Record<string, unknown>> {
    return this.array(field).filter((item): item is Record<string, unknown> => typeof item === "object" && item !== null)
  }

  array(field: string): Array<unknown> {
    const value = this.fields[field]
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) throw invalid({ resource: this.resource, field, code: "invalid" })
    return value
  }

  object(field: string): Record<string, unknown> | null {
    const value = this.fields[field]
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  }
}

/** Reads the request's JSON. `resource` is the name GitHub gives in its field errors, e.g. `Issue`. */
export async function readBody(c: RouteContext, resource: string): Promise<Body> {
  const text = await c.req.text()
  if (text.trim() === "") return new Body({}, resource)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badRequest("Problems parsing JSON")
  }
  if (Array.isArray(value)) return new Body({ labels: value }, resource)
  if (typeof value !== "object" || value === null) throw badRequest("Body should be a JSON object")
  return new Body(value as Record<string, unknown>, resource)
}
