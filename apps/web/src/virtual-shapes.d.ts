/** Made by `build/shapes.ts` from the schemas of the same names. */
declare module "virtual:shapes" {
  import type { SystemStatus, TaskDetail, TaskLogPage, TaskPage } from "@loom/core/domain/TaskView"
  import type { ShapeOf } from "@loom/web/api/shape"
  export const taskPage: ShapeOf<typeof TaskPage.Type>
  export const taskDetail: ShapeOf<TaskDetail>
  export const taskLogPage: ShapeOf<typeof TaskLogPage.Type>
  export const systemStatus: ShapeOf<SystemStatus>
}
