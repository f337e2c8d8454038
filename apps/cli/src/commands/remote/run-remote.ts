import type { RemoteOrder } from "../Order.ts"
import type { CommandContext } from "../start.ts"
import { printed } from "../../render/json.ts"
import { account, accounts } from "./accounts.ts"
import { addressOf, connect } from "./connection.ts"
import { control } from "./control.ts"
import { login } from "./login.ts"
import { logout, whoami } from "./identity.ts"
import { logs } from "./logs.ts"
import { submit } from "./submit.ts"
import { list, show } from "./tasks.ts"
import { usage } from "./usage.ts"

/** Asks the Loom that the order names. Answers the exit code. */
export const runRemote = async (order: RemoteOrder, context: CommandContext): Promise<number> => {
  switch (order.name) {
    case "login":
      return login(order, context)
    case "logout":
      return logout(addressOf(order.url, context), order, context)
    case "list":
      return list(connect(order.url, context), order, context)
    case "show":
      return show(connect(order.url, context), order, context)
    case "logs":
      return logs(connect(order.url, context), order, context)
    case "submit":
      return submit(connect(order.url, context), order, context)
    case "cancel":
    case "pause":
    case "resume":
    case "approve":
    case "retry":
      return control(connect(order.url, context), order, context)
    case "usage":
      return usage(connect(order.url, context), order, context)
    case "whoami":
      return whoami(connect(order.url, context), order, context)
    case "accounts":
      return accounts(connect(order.url, context), order, context)
    case "account":
      return account(connect(order.url, context), order, context)
    case "openapi":
      // JSON with or without --json: it is a document for programs.
      context.screen.write(printed(await connect(order.url, context).openapi()))
      return 0
  }
}
