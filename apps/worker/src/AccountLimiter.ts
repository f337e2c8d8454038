import { createDurable } from "itty-durable"
import {
  lookAt,
  takeFrom,
  takeNamed,
  type WindowAnswer,
  type WindowNames,
  type WindowPolicy,
  type WindowState,
  type WindowTimes,
} from "@loom/core/domain/request-window"

/**
 * One per account: the requests of its last hour, at most as many numbers as its limit. A shell of itty-durable around
 * `request-window`; called through `fetch` by its proxy (docs/decisions/023). It forgets itself once nothing counts any more.
 */
export class AccountLimiter extends createDurable() {
  times: WindowTimes = []
  /** Of those that may come twice; objects of an older version have none. */
  names: WindowNames = {}

  /** No binding and no secret of the Worker is of use here: itty-durable would copy them all. */
  constructor(state: DurableObjectState) {
    super(state, {})
  }

  /** Decides, and answers once it is stored: workerd holds an answer back until its writes are durable. */
  async take(policy: WindowPolicy, name?: string): Promise<WindowAnswer> {
    const nowMs = Date.now()
    const { answer, names, times } =
      name === undefined ? { ...takeFrom(this.times, nowMs, policy), names: this.names } : takeNamed(this, name, nowMs, policy)
    this.times = times
    this.names = names
    if (answer.allowed) {
      await this.persist()
      await this.setAlarm(Date.now() + policy.windowMs + 1)
    }
    return answer
  }

  async look(policy: WindowPolicy): Promise<WindowState> {
    return lookAt(this.times, Date.now(), policy)
  }

  /** A window after the last request: nothing counts. */
  async alarm(): Promise<void> {
    await this.destroy()
    this.times = []
    this.names = {}
  }
}
