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
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (quantile: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(quantile * sorted.length) - 1))] ?? Number.NaN)
  return { samples: samples.length, medianMs: at(0.5), p99Ms: at(0.99), minMs: at(0), maxMs: at(1) }
}

const round = (ms: number): number => Math.round(ms * 100) / 100

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
