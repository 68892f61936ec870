import { parseArgs } from 'node:util'
import { contestants, type Contestant } from './contestants'
import { workloads, type Workload } from './workloads'

export interface Options {
  readonly seconds: number
  readonly rounds: number
  /** Before what is measured; Java has at least its own. */
  readonly warmUpMs: number
  readonly contestants: readonly Contestant[]
  readonly workloads: readonly Workload[]
  /** Ours only, with its profiles printed. */
  readonly profile: boolean
}

/** @throws RangeError naming what is not known */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '3' },
      'warm-up': { type: 'string', default: '1.2' },
      only: { type: 'string' },
      workload: { type: 'string' },
      profile: { type: 'string' },
    },
  })
  const { only, profile } = values
  return {
    seconds: positive('seconds', values.seconds),
    rounds: positive('rounds', values.rounds),
    warmUpMs: positive('warm-up', values['warm-up']) * 1000,
    contestants: chosen('only', contestants, only ?? (profile === undefined ? undefined : 'ours')),
    workloads: chosen('workload', workloads, profile ?? values.workload),
    profile: profile !== undefined,
  }
}

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
