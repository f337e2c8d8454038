import { Effect, Schema } from "effect"
import { BadCursor } from "@loom/core/ports/TaskCatalogue"

/** Where a page ended: the keyset of the list's order. */
export interface Place {
  readonly createdAt: number
  readonly id: string
}

const Shape = Schema.fromJsonString(Schema.Tuple([Schema.Finite, Schema.NonEmptyString]))
const decode = Schema.decodeEffect(Shape)

const toBase64Url = (text: string) => btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")

/** Opaque to callers; task ids are ASCII. */
export const encodeCursor = ({ createdAt, id }: Place): string => toBase64Url(JSON.stringify([createdAt, id]))

export const decodeCursor = (cursor: string): Effect.Effect<Place, BadCursor> =>
  Effect.try({ try: () => atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), catch: () => new BadCursor() }).pipe(
    Effect.flatMap((text) => decode(text).pipe(Effect.mapError(() => new BadCursor()))),
    Effect.map(([createdAt, id]) => ({ createdAt, id })),
  )
