import { parseArgs } from 'node:util'

export interface TourOptions {
  /** `host:port,...` of a cluster; undefined: brokers of our own. */
  readonly bootstrap: string | undefined
  readonly messages: number
  /** Messages per second. */
  readonly rate: number
}

export function tourOptions(args: readonly string[]): TourOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      bootstrap: { type: 'string' },
      messages: { type: 'string', default: '30000' },
      rate: { type: 'string', default: '10000' },
    },
  })
  return {
    bootstrap: values.bootstrap ?? process.env['KAFKA_BROKERS'],
    messages: positive('messages', values.messages),
    rate: positive('rate', values.rate),
  }
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new RangeError(`--${name} is a whole number from 1, and not ${text}`)
}
