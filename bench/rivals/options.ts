import { parseArgs } from 'node:util'
import type { Contestant } from './contestant'
import type { NamedWorkload } from './rounds'

export interface Options<W extends NamedWorkload, C extends Contestant> {
  readonly seconds: number
  readonly rounds: number
  /** Before what is measured; Java has at least its own. */
  readonly warmUpMs: number
  readonly contestants: readonly C[]
  readonly workloads: readonly W[]
  /** Ours only, with its profiles printed. */
  readonly profile: boolean
  /** What this benchmark alone knows. */
  readonly own: Readonly<Record<string, number>>
}

/** What there is to choose from. */
export interface Choice<W extends NamedWorkload, C extends Contestant> {
  readonly contestants: readonly C[]
  readonly workloads: readonly W[]
  /** Its own options, all of them numbers above 0, with their defaults. */
  readonly own?: Readonly<Record<string, number>>
}

/** @throws RangeError naming what is not known */
export function readOptions<W extends NamedWorkload, C extends Contestant>(
  args: readonly string[],
  { contestants, workloads, own = {} }: Choice<W, C>,
): Options<W, C> {
  const numbers: Readonly<Record<string, number>> = { seconds: 3, rounds: 3, 'warm-up': 1.2, ...own }
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: text,
      workload: text,
      profile: text,
      ...Object.fromEntries(Object.keys(numbers).map(name => [name, text])),
    },
  })
  const numberOf = (name: string) => positive(name, (values as Values)[name] ?? String(numbers[name]))
  const { only, profile } = values
  return {
    seconds: numberOf('seconds'),
    rounds: numberOf('rounds'),
    warmUpMs: numberOf('warm-up') * 1000,
    contestants: chosen('only', contestants, only ?? (profile === undefined ? undefined : 'ours')),
    workloads: chosen('workload', workloads, profile ?? values.workload),
    profile: profile !== undefined,
    own: Object.fromEntries(Object.keys(own).map(name => [name, numberOf(name)])),
  }
}

type Values = Readonly<Record<string, string | undefined>>

function positive(name: string, text: string): number {
  const number = Number(text)
  if (number > 0) return number
  throw new RangeError(`--${name}: expected a number above 0, got "${text}"`)
}

/** Those of these names, or all that do not wait to be asked for. */
function chosen<T extends { readonly name: string; readonly onDemand?: boolean }>(
  option: string,
  all: readonly T[],
  text: string | undefined,
): T[] {
  if (text === undefined) return all.filter(({ onDemand }) => !onDemand)
  if (text === 'all') return [...all]
  return text.split(',').map(name => {
    const found = all.find(one => one.name === name)
    if (found) return found
    throw new RangeError(`--${option}: no "${name}" among all, ${all.map(one => one.name).join(', ')}`)
  })
}
