import { Effect, Layer, Schedule } from "effect"
import { Artifacts, ArtifactsUnavailable } from "@loom/core/ports/Artifacts"

const retry = Schedule.exponential("200 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 4 }))

/** Artifacts in R2. A put replaces, so a repeated step writes the same object. */
export const artifactsOf = (bucket: R2Bucket): Artifacts["Service"] => {
  const call = <A>(operation: string, run: () => Promise<A>) =>
    Effect.tryPromise({ try: run, catch: (cause) => new ArtifactsUnavailable({ operation, detail: String(cause) }) }).pipe(
      Effect.retry(retry),
    )
  return Artifacts.of({
    put: (key, text) => call("put", () => bucket.put(key, text)).pipe(Effect.asVoid),
    get: (key) => call("get", async () => (await (await bucket.get(key))?.text()) ?? null),
  })
}

export const artifactsLayer = (bucket: R2Bucket) => Layer.succeed(Artifacts, artifactsOf(bucket))
