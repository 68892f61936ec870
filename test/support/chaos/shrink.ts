/** What can be played with fewer events. */
interface Shrinkable {
  readonly events: readonly unknown[]
}

const mostTries = 400

/**
 * The same schedule with fewer events that still fails in the same way, as far as leaving out single events leads.
 *
 * @param failing what is wrong with a schedule; undefined when nothing is
 */
export async function shrink<S extends Shrinkable>(
  schedule: S,
  failing: (schedule: S) => Promise<string | undefined>,
): Promise<S> {
  const kind = kindOf(await failing(schedule))
  let smallest = schedule
  let tries = 0
  for (let size = schedule.events.length >> 1; size >= 1 && tries < mostTries;) {
    let hasShrunk = false
    for (let at = 0; at < smallest.events.length && tries < mostTries; tries++) {
      const events = [...smallest.events.slice(0, at), ...smallest.events.slice(at + size)]
      const smaller = { ...smallest, events }
      if (kindOf(await failing(smaller)) === kind) {
        smallest = smaller
        hasShrunk = true
      } else at += size
    }
    // With single events once more, as long as that helps.
    size = size > 1 ? size >> 1 : hasShrunk ? 1 : 0
  }
  return smallest
}

/** How it fails, without the numbers. */
function kindOf(message: string | undefined): string | undefined {
  return message?.replace(/\d+/g, '').slice(0, 12)
}

/** For a person, and to be run again. */
export function describeSchedule({ events, ...rest }: Shrinkable): string {
  return [rest, ...events].map(part => JSON.stringify(part)).join('\n')
}
