import type { Effect, Schema } from "effect"
import type { Principal } from "@loom/core/ports/Access"
import type { Readable } from "@loom/core/ports/TaskCatalogue"
import type { ApiServices } from "./ApiScope.ts"
import type { ApiSettings } from "./ApiSettings.ts"
import type { AuthScope } from "./auth/AuthScope.ts"
import type { ProblemCode } from "./problems/catalogue.ts"
import type { Expected } from "./problems/to-problem.ts"

/** Who asks, and what they may see. */
export interface Asker {
  readonly principal: Principal
  readonly readable: Readable
}

export interface Input<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly asker: Asker
  readonly settings: ApiSettings
  /** Null: nobody can sign in here. */
  readonly auth: AuthScope | null
  /** The same for a request that is repeated with its `Idempotency-Key`; another one for any other. */
  readonly key: string
  readonly request: Request
}

/** JSON of the operation's success schema, a text with a content type of its own, or a response that is made already (streams). */
export type Reply =
  | { readonly kind: "json"; readonly value: unknown; readonly location?: string }
  | { readonly kind: "text"; readonly text: string; readonly type: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: "raw"; readonly response: Response }

export const json = (value: unknown, location?: string): Reply =>
  location === undefined ? { kind: "json", value } : { kind: "json", value, location }

/** Parameters come as text and leave the wire by their schema. */
type FromText = Schema.Codec<unknown, { readonly [name: string]: string | undefined }>
export type AnySchema = Schema.Codec<unknown, unknown>

/** A success that is no JSON. */
export interface TextSuccess {
  readonly contentType: string
  readonly description: string
}

/** A success that has no body. */
export interface NoContent {
  readonly contentType: null
  readonly description: string
}

/** One operation: what serves the route is what the documents describe. */
export interface Operation {
  /** `operationId`: stable, a verb and a noun. */
  readonly id: string
  readonly method: "get" | "post" | "patch" | "delete"
  /** As OpenAPI writes it: `/api/v1/tasks/{id}`. */
  readonly path: string
  /** The same answer elsewhere: the seed's paths. Not described. */
  readonly aliases?: ReadonlyArray<string>
  readonly tag: "Tasks" | "Repositories" | "System" | "Proof" | "Accounts"
  readonly summary: string
  readonly description?: string
  /**
   * `anyone`: nobody is refused, and the handler knows who asks; `read`: what the asker may see; `write`: needs the scope, and the
   * handler asks for the role; `account`: who has one, about their own; `operator`: only they.
   */
  readonly access: "public" | "anyone" | "read" | "write" | "account" | "operator"
  /** What the request counts as for its account's tier. */
  readonly limit: "write" | "run" | null
  readonly params?: FromText
  readonly query?: FromText
  readonly body?: AnySchema
  /** A request without a body is one with `{}`. */
  readonly isBodyOptional?: true
  readonly status: 200 | 201 | 202 | 204
  readonly success: { readonly name: string; readonly schema: AnySchema } | TextSuccess | NoContent
  /** What its handler refuses with; those that every operation of its kind has are added. */
  readonly problems: ReadonlyArray<ProblemCode>
  /** False: takes no `Idempotency-Key`, for its answer holds a secret that is kept nowhere. */
  readonly keyed?: false
  /** Answers `If-None-Match` with 304. */
  readonly etag?: boolean
  readonly handle: (input: Input<never, never, never>) => Effect.Effect<Reply, Expected, ApiServices>
}

type TypeOf<S> = S extends Schema.Codec<infer A, unknown> ? A : S extends Schema.Top ? S["Type"] : Record<never, never>

/** Infers what the handler gets from the schemas beside it. */
export const operation = <
  P extends FromText | undefined = undefined,
  Q extends FromText | undefined = undefined,
  B extends AnySchema | undefined = undefined,
>(
  spec: Omit<Operation, "params" | "query" | "body" | "handle"> & {
    readonly params?: P
    readonly query?: Q
    readonly body?: B
    readonly handle: (input: Input<TypeOf<P>, TypeOf<Q>, TypeOf<B>>) => Effect.Effect<Reply, Expected, ApiServices>
  },
): Operation => spec as unknown as Operation
