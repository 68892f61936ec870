import { parseArgs } from 'node:util'

export interface TourOptions {
  /** Only say what there is to choose. */
  readonly help: boolean
  /** `host:port,...` of a cluster; undefined: brokers of our own. */
  readonly bootstrap: string | undefined
  readonly messages: number
  /** Messages per second. */
  readonly rate: number
}

export const usage = `Usage: npm run demo -- [options]

Writes orders, reads them in a service of two readers, moves a partition to another leader in the middle, and shows that
nothing is lost.

Options:
  --bootstrap HOST:PORT,...
                  a cluster of yours; default: three brokers inside this process, whatever KAFKA_BROKERS says. The topic
                  that is made there is deleted in the end
  --messages N    how many orders; default 30000
  --rate N        how many a second; default 10000
  -h, --help      this text

Exit code: 0 when the books balance, 1 when they do not or nothing could be done, 2 when the options cannot be used.`

/** The command line cannot be used as it is. */
export class UsageError extends Error {}

export function tourOptions(args: readonly string[]): TourOptions {
  const { help, bootstrap, messages, rate } = valuesOf(args)
  return {
    help,
    bootstrap,
    messages: positive('messages', messages),
    rate: positive('rate', rate),
  }
}

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  bootstrap: { type: 'string' },
  messages: { type: 'string', default: '30000' },
  rate: { type: 'string', default: '10000' },
} as const

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    const [first = ''] = error instanceof Error ? error.message.split('. ') : []
    throw new UsageError(`${first}\n\n${usage}`)
  }
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new UsageError(`--${name} is a whole number from 1, and not ${text}`)
}
