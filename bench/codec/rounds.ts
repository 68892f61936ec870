/** One thing to measure; `run` does it once. */
export interface Candidate {
  readonly name: string
  run(): void
}

/** Nanoseconds of CPU time for one run, over all rounds. */
export interface Measured {
  readonly name: string
  readonly min: number
  readonly median: number
  readonly max: number
}

const sampleMs = 25
const warmUpRounds = 3

/**
 * Measures in rounds, every candidate once a round, so that whatever slows the machine meanwhile slows all alike.
 * CPU time is taken instead of wall time, because another process's share of the processor is not ours to report.
 */
export function measure(candidates: readonly Candidate[], rounds = 15): Measured[] {
  const repeats = candidates.map(calibrate)
  const samples = candidates.map((): number[] => [])
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    candidates.forEach((candidate, index) => {
      const sample = nanosecondsOf(candidate, repeats[index]!)
      if (round >= warmUpRounds) samples[index]!.push(sample)
    })
  }
  return candidates.map(({ name }, index) => {
    const sorted = samples[index]!.sort((a, b) => a - b)
    return { name, min: sorted[0]!, median: sorted[rounds >> 1]!, max: sorted[rounds - 1]! }
  })
}

/** How often to run for one sample. */
function calibrate(candidate: Candidate): number {
  let repeats = 1
  while (nanosecondsOf(candidate, repeats) * repeats < (sampleMs / 4) * 1e6) repeats *= 2
  return repeats * 4
}

function nanosecondsOf({ run }: Candidate, repeats: number): number {
  const before = process.cpuUsage()
  for (let count = 0; count < repeats; count++) run()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / repeats
}
