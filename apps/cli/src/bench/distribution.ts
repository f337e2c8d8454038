/** What is told of many measurements, in milliseconds. */
export interface Distribution {
  readonly samples: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly minMs: number
  readonly maxMs: number
}

/** @param samples at least one */
export const distribution = (samples: ReadonlyArray<number>): Distribution => {
  const at = (quantile: number): number => round(quantileOf(samples, quantile))
  return { samples: samples.length, medianMs: at(0.5), p99Ms: at(0.99), minMs: at(0), maxMs: at(1) }
}

/** Nearest rank, so always one of the samples. */
const quantileOf = (samples: ReadonlyArray<number>, quantile: number): number => {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(quantile * sorted.length) - 1))] ?? Number.NaN
}

export const median = (samples: ReadonlyArray<number>): number => quantileOf(samples, 0.5)

export const round = (value: number): number => Math.round(value * 100) / 100

/** The median of same-round ratios: what slows a round slows both sides of it. */
export const medianRatio = (ours: ReadonlyArray<number>, theirs: ReadonlyArray<number>) => {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} rounds cannot be compared with ${theirs.length}`)
  const ratios = ours.map((value, index) => value / (theirs[index] ?? Number.NaN))
  return { median: round(median(ratios)), rounds: ratios.map(round) }
}

/** Runs `work` once to warm up (index -1) and then `times` times, one after the other; `after` each is not counted. */
export const measure = async (
  times: number,
  work: (index: number) => Promise<void>,
  after?: (index: number) => Promise<void>,
): Promise<Distribution> => {
  await work(-1)
  await after?.(-1)
  const samples: Array<number> = []
  for (let index = 0; index < times; index++) {
    const startedAt = performance.now()
    await work(index)
    samples.push(performance.now() - startedAt)
    await after?.(index)
  }
  return distribution(samples)
}
