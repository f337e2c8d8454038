import { Schema } from "effect"

/** One wish to resolve one issue. Stable for the life of the open task. */
export const TaskId = Schema.NonEmptyString.pipe(Schema.brand("TaskId"))
export type TaskId = typeof TaskId.Type

/** One durable attempt at a task; also the id of its Workflow instance and of its sandbox session. `[a-z0-9-]{1,60}`. */
export const RunId = Schema.NonEmptyString.pipe(Schema.brand("RunId"))
export type RunId = typeof RunId.Type

/** `X-GitHub-Delivery`: the same GUID again on a redelivery. */
export const DeliveryId = Schema.NonEmptyString.pipe(Schema.brand("DeliveryId"))
export type DeliveryId = typeof DeliveryId.Type
