import { median, medianRatio, round } from "../distribution.ts"
import type { Contender } from "./contender.ts"
import type { Generator } from "./load.ts"

/** One contender in one round. */
export interface Round {
  readonly answers: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of the server and all its processes. */
  readonly cpuUsPerAnswer: number
}

export interface Plan {
  readonly rounds: number
  readonly seconds: number
  /** Deliveries of a round; every contender is sent the same. */
  readonly perRound: number
}

/** All contenders in every round, each time in another order, one at a time. Round 0 warms up and is part of the answer. */
export const measureRounds = async (
  contenders: ReadonlyArray<Contender>,
  generator: Generator,
  plan: Plan,
  say: (text: string) => void,
) => {
  const results = new Map<Contender, Array<Round>>(contenders.map((one) => [one, []]))
  for (const one of contenders) one.pause()
  for (let index = 0; index <= plan.rounds; index++) {
    for (const one of rotated(contenders, index)) {
      one.resume()
      const result = await measureOne(one, generator, plan, index)
      one.pause()
      results.get(one)?.push(result)
      say(
        `${index === 0 ? "warm-up" : `round ${index}`} ${one.name}: ${Math.round(result.perSecond)} answers/s, p99 ${result.p99Ms} ms, ${Math.round(result.cpuUsPerAnswer)} us CPU each`,
      )
    }
  }
  for (const one of contenders) one.resume()
  return results
}

const rotated = <A>(all: ReadonlyArray<A>, by: number): ReadonlyArray<A> =>
  all.map((_, index) => all[(index + by) % all.length]).filter((one) => one !== undefined)

const measureOne = async (one: Contender, generator: Generator, { perRound, seconds }: Plan, index: number): Promise<Round> => {
  const cpuBefore = one.cpuUs()
  const result = await generator.run({ url: one.url, seconds, first: index * perRound, count: perRound })
  if (result.refused > 0 || result.broken > 0)
    throw new Error(`${one.name}: ${result.refused} answers were no success, ${result.broken} connections broke`)
  return {
    answers: result.answers,
    perSecond: result.answers / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    cpuUsPerAnswer: (one.cpuUs() - cpuBefore) / result.answers,
  }
}

/** Medians of the rounds; the warm-up is not among them. */
export const summary = (rounds: ReadonlyArray<Round>) => ({
  answersPerSecond: Math.round(median(rounds.map(({ perSecond }) => perSecond))),
  p50Ms: round(median(rounds.map(({ p50Ms }) => p50Ms))),
  p99Ms: round(median(rounds.map(({ p99Ms }) => p99Ms))),
  cpuUsPerAnswer: Math.round(median(rounds.map(({ cpuUsPerAnswer }) => cpuUsPerAnswer))),
})

export const compare = (ours: ReadonlyArray<Round>, theirs: ReadonlyArray<Round>, target: number) => {
  const ratio = medianRatio(
    ours.map(({ perSecond }) => perSecond),
    theirs.map(({ perSecond }) => perSecond),
  )
  return { ...ratio, target, met: ratio.median >= target }
}
