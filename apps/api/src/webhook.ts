import { Effect, Result } from "effect"
import type { Context, Hono } from "hono"
import { type Delivery, type Interpretation, interpretDelivery } from "@loom/core/domain/interpret-delivery"
import { Coordinator, type TaskAnswer } from "@loom/core/ports/Coordinator"
import { TaskCatalogue } from "@loom/core/ports/TaskCatalogue"
import { answer, type ApiEnv, type ApiServices } from "./ApiScope.ts"
import { readBody } from "./body.ts"
import { installLabels } from "./install-labels.ts"
import { ownLabelOf } from "./own-label.ts"
import { badRequest, type Problem, problem, unavailable } from "./problem.ts"
import { isGenuine } from "./signature.ts"

/** GUIDs are 36 characters; what is longer is not GitHub's and is not kept. Null where it is missing or too long. */
const header = (headers: Headers, name: string): string | null => {
  const value = headers.get(name)
  return value === null || value === "" || value.length > 100 ? null : value
}
/** Hoisted: this is the hottest path there is (facts/performance.md P2). */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false })

/** Repositories stopped at once when an installation ends. */
const STOP_CONCURRENCY = 8

/** Exactly one line of constant size: nothing of an unverified request is logged (facts/performance.md 2.1, reject path). */
const rejected = (c: Context, what: Problem): Response => {
  console.warn(JSON.stringify({ event: "webhook.rejected", status: what.status, code: what.code }))
  return problem(c, what)
}

const stopIn = (
  repositoryId: number,
  target: { readonly kind: "all" } | { readonly kind: "issue"; readonly issueNumber: number },
  reason: string,
  actor: string,
  cause: string,
) =>
  Coordinator.use((coordinator) => coordinator.cancel(repositoryId, { target, reason, actor, cause })).pipe(
    // Only a cancellation of one named task can be refused or not found.
    Effect.catchTags({ TaskNotFound: Effect.die, Refusal: Effect.die }),
  )

const stopAll = (repositoryIds: ReadonlyArray<number>, reason: string, actor: string, cause: string) =>
  Effect.forEach(repositoryIds, (id) => stopIn(id, { kind: "all" }, reason, actor, cause), { concurrency: STOP_CONCURRENCY }).pipe(
    Effect.map((lists) => lists.flat()),
  )

const stopped = (c: Context, tasks: ReadonlyArray<TaskAnswer>): Response =>
  c.json(
    tasks.length === 0
      ? { status: "ignored", reason: "No open task is concerned." }
      : { status: "cancelling", tasks: tasks.map(({ status, taskId }) => ({ taskId, status })) },
    202,
  )

/** A label on an issue whose task waits for none is no mistake of the sender's. */
const approveIn = (c: Context, { actor, issueNumber, repositoryId }: Extract<Interpretation, { _tag: "Approved" }>, cause: string) =>
  Coordinator.use((coordinator) =>
    coordinator.steer(repositoryId, {
      target: { kind: "issue", issueNumber },
      what: { kind: "approve", note: null, isChecked: false },
      actor,
      cause,
    }),
  ).pipe(
    Effect.map(({ status, taskId }) => c.json({ taskId, status }, 202)),
    Effect.catchTags({
      TaskNotFound: () => Effect.succeed(c.json({ status: "ignored", reason: "No task of this issue waits for approval." }, 202)),
      Refusal: ({ detail }) => Effect.succeed(c.json({ status: "ignored", reason: detail }, 202)),
    }),
  )

const carryOut = (c: Context<ApiEnv>, wish: Interpretation, cause: string) => {
  switch (wish._tag) {
    case "Pong":
      return Effect.succeed(c.json({ status: "pong" }, 200))
    case "Ignored":
      return Effect.succeed(c.json({ status: "ignored", reason: wish.reason }, 202))
    case "Requested":
      return Coordinator.use((coordinator) => coordinator.request(wish.request)).pipe(
        Effect.map(({ status, taskId }) => c.json({ taskId, status }, 202)),
      )
    case "Installed":
      // Behind the answer: GitHub waits ten seconds for it, and the labels are wanted by people, not by the delivery.
      return Effect.map(Effect.context<ApiServices>(), (services) => {
        const making = Effect.runPromiseWith(services)(
          Effect.catchCause(installLabels(wish.repositories, c.env.settings.controlLabel), () => Effect.logWarning("labels.not_made")),
        )
        c.executionCtx.waitUntil(making)
        return c.json({ status: "installed" }, 202)
      })
    case "Approved":
      return approveIn(c, wish, cause)
    case "IssueStopped":
      return stopIn(wish.repositoryId, { kind: "issue", issueNumber: wish.issueNumber }, wish.reason, wish.actor, cause).pipe(
        Effect.map((tasks) => stopped(c, tasks)),
      )
    case "RepositoriesStopped":
      return stopAll(wish.repositoryIds, wish.reason, wish.actor, cause).pipe(Effect.map((tasks) => stopped(c, tasks)))
    case "InstallationStopped":
      return TaskCatalogue.use((catalogue) => catalogue.openRepositories(wish.installationId)).pipe(
        Effect.flatMap((ids) => stopAll(ids, wish.reason, wish.actor, cause)),
        Effect.map((tasks) => stopped(c, tasks)),
      )
  }
}

/** The body as JSON; null for anything else, which no event of GitHub's is. */
const parse = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    return null
  }
}

/** Parsed -> interpreted -> one service. 503 makes the delivery a failed one, which GitHub's redelivery mends. */
const handle = (c: Context<ApiEnv>, headers: Omit<Delivery, "payload">, body: Uint8Array): Response | Promise<Response> => {
  const payload = parse(body)
  if (payload === null) {
    return problem(c, badRequest("The body is not JSON.", "Set the webhook's content type to application/json."))
  }
  const { controlLabel } = c.env.settings
  const delivery = { ...headers, payload }
  const wish = interpretDelivery(delivery, controlLabel)
  if (Result.isFailure(wish)) {
    return problem(c, badRequest(wish.failure.message, "Redeliver it from the App's settings; if it stays, tell the operator."))
  }
  const first = wish.success
  const work =
    first._tag === "Ignored" && first.unlessOwn !== undefined
      ? Effect.flatMap(ownLabelOf(first.unlessOwn, controlLabel), (label) => {
          const again = label === controlLabel ? wish : interpretDelivery(delivery, label)
          return carryOut(
            c,
            Result.getOrElse(again, () => first),
            headers.id,
          )
        })
      : carryOut(c, first, headers.id)
  return answer(
    c,
    Effect.catch(work, (error) => Effect.succeed(problem(c, unavailable(error.message)))),
  )
}

/** `POST /webhooks/github`: answered once the command is committed, within milliseconds. */
export const webhookRoutes = (app: Hono<ApiEnv>): void => {
  const receive = async (c: Context<ApiEnv>): Promise<Response> => {
    const settings = c.env.settings
    const { headers } = c.req.raw
    const event = header(headers, "x-github-event")
    const id = header(headers, "x-github-delivery")
    const signature = header(headers, "x-hub-signature-256")
    if (event === null || id === null || signature === null) {
      return rejected(
        c,
        badRequest(
          "A header is missing: X-GitHub-Event, X-GitHub-Delivery or X-Hub-Signature-256.",
          "Set the same secret in the App's settings and in GITHUB_WEBHOOK_SECRET; GitHub then signs.",
        ),
      )
    }
    const body = await readBody(c.req.raw)
    if (body === "too_large") {
      return rejected(c, {
        status: 413,
        code: "too_large",
        title: "Payload too large",
        detail: "The body is larger than 25 MB.",
        remedy: "GitHub sends nothing that large.",
      })
    }
    if (!(await isGenuine(settings.webhookSecret, signature, body))) {
      return rejected(c, {
        status: 401,
        code: "bad_signature",
        title: "Bad signature",
        detail: "The signature does not fit the body.",
        remedy: "Set the same secret in the App's settings and in GITHUB_WEBHOOK_SECRET.",
      })
    }
    return handle(c, { event, id }, body)
  }
  app.post("/webhooks/github", receive)
  app.post("/api/webhooks/github", receive)
}
