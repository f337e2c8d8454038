import type { Operation } from "../operation.ts"
import { accountOperations } from "./accounts.ts"
import { taskCommands } from "./commands.ts"
import { deviceSignIn } from "./device.ts"
import { ownAccount } from "./me.ts"
import { proofOperations } from "./proof.ts"
import { repositoryReads } from "./repositories.ts"
import { submissions } from "./submit.ts"
import { syncs } from "./sync.ts"
import { systemReads } from "./system.ts"
import { taskReads } from "./tasks.ts"

/** The API. What is in this table is served, described and tested; nothing else is. */
export const operations: ReadonlyArray<Operation> = [
  ...taskReads,
  ...submissions,
  ...taskCommands,
  ...proofOperations,
  ...repositoryReads,
  ...syncs,
  ...systemReads,
  ...ownAccount,
  ...accountOperations,
  ...deviceSignIn,
]
