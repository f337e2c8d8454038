/** Made by `build/shapes.ts` from the schemas of the same names. */
declare module "virtual:shapes" {
  import type { AccountPage } from "@loom/core/domain/Account"
  import type { ApiToken, MadeApiToken } from "@loom/core/domain/ApiToken"
  import type { Plan } from "@loom/core/domain/Change"
  import type { LiveMessage } from "@loom/core/domain/LiveMessage"
  import type { Me } from "@loom/core/domain/Me"
  import type { RepositoryDetail, RepositoryPage } from "@loom/core/domain/RepositoryView"
  import type { Session } from "@loom/core/domain/Session"
  import type { SystemStatus, TaskDetail, TaskEventPage, TaskLogPage, TaskPage } from "@loom/core/domain/TaskView"
  import type { TaskAnswer } from "@loom/core/ports/Coordinator"
  import type { ShapeOf } from "@loom/web/api/shape"
  export const taskPage: ShapeOf<typeof TaskPage.Type>
  export const taskDetail: ShapeOf<TaskDetail>
  export const taskEventPage: ShapeOf<typeof TaskEventPage.Type>
  export const taskLogPage: ShapeOf<typeof TaskLogPage.Type>
  export const systemStatus: ShapeOf<SystemStatus>
  export const liveMessage: ShapeOf<LiveMessage>
  export const taskAnswer: ShapeOf<TaskAnswer>
  export const plan: ShapeOf<Plan>
  export const repositoryPage: ShapeOf<typeof RepositoryPage.Type>
  export const repositoryDetail: ShapeOf<typeof RepositoryDetail.Type>
  export const me: ShapeOf<Me>
  export const tokenList: ShapeOf<{ readonly items: ReadonlyArray<ApiToken> }>
  export const madeApiToken: ShapeOf<typeof MadeApiToken.Type>
  export const sessionList: ShapeOf<{ readonly items: ReadonlyArray<Session> }>
  export const accountPage: ShapeOf<typeof AccountPage.Type>
}
