import type { ContentfulStatusCode } from "hono/utils/http-status"

const DOCUMENTATION = "https://docs.github.com/rest"

export interface FieldError {
  readonly resource: string
  readonly field?: string
  readonly code: "missing" | "missing_field" | "invalid" | "already_exists" | "unprocessable" | "custom"
  readonly message?: string
  readonly value?: string
}

/** An answer in GitHub's error form. https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
export class ApiError extends Error {
  readonly status: ContentfulStatusCode
  readonly errors: ReadonlyArray<FieldError> | undefined
  readonly headers: Record<string, string>

  constructor(
    status: ContentfulStatusCode,
    message: string,
    options: { errors?: ReadonlyArray<FieldError>; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.status = status
    this.errors = options.errors
    this.headers = options.headers ?? {}
  }

  get body() {
    return {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: DOCUMENTATION,
      status: String(this.status),
    }
  }
}

export const badRequest = (message: string) => new ApiError(400, message)
export const badCredentials = () => new ApiError(401, "Bad credentials")
export const requiresAuthentication = () => new ApiError(401, "Requires authentication")
export const forbidden = (message: string) => new ApiError(403, message)
export const notFound = () => new ApiError(404, "Not Found")
export const conflict = (message: string) => new ApiError(409, message)
/** 422 with a sentence. */
export const unprocessable = (message: string) => new ApiError(422, message)
/** 422 that names fields. */
export const invalid = (...errors: Array<FieldError>) => new ApiError(422, "Validation Failed", { errors })

/** The token lacks a permission of its installation; says which one would do. */
export const notAccessible = (permission: string, level: string) =>
  new ApiError(403, "Resource not accessible by integration", { headers: { "x-accepted-github-permissions": `${permission}=${level}` } })
