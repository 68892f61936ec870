import type { ConfigValue } from './config-type'

/** Judges a value: undefined, or Kafka's message about it. `shown` is the value as Kafka writes it. */
export type Check<V = ConfigValue> = (name: string, value: V, shown: string) => string | undefined

/** Kafka's message about a value. */
export function invalid(name: string, shown: string, reason: string): string {
  return `Invalid value ${shown} for configuration ${name}: ${reason}`
}

/** At least `min`, and at most `max` where there is one. */
export function from(min: number, max = Infinity): Check<number | bigint> {
  return (name, value, shown) => {
    if (value < min) return invalid(name, shown, `Value must be at least ${min}`)
    return value > max ? invalid(name, shown, `Value must be no more than ${max}`) : undefined
  }
}

/** Between `min` and `max`, or this one other value. */
export function fromOr(min: number, max: number, other: number): Check<number> {
  const reason = `Value must be between ${min} and ${max} or equal to ${other}`
  return (name, value, shown) =>
    value === other || (value >= min && value <= max) ? undefined : invalid(name, shown, reason)
}

/** One of these. */
export function oneOf(...choices: readonly string[]): Check<string> {
  const reason = `String must be one of: ${choices.join(', ')}`
  return (name, value) => (choices.includes(value) ? undefined : invalid(name, value, reason))
}

/** Any of these; none at all will do. */
export function anyOf(...choices: readonly string[]): Check<readonly string[]> {
  const check = oneOf(...choices)
  return (name, values, shown) => {
    if (values.includes('')) return `Configuration '${name}' values must not be empty.`
    const wrong = values.find(value => !choices.includes(value))
    return wrong === undefined ? undefined : check(name, wrong, shown)
  }
}

/** Replicas by partition and broker, or a star for all. */
export const replicas: Check<readonly string[]> = (name, values) => {
  if (values.join('') === '*' || values.every(value => /^(\d+:\d+)?$/.test(value))) return undefined
  return invalid(
    name,
    `[${values.join(', ')}]`,
    `${name} must be the literal '*' or a list of replicas in the following format: ` +
      '[partitionId]:[brokerId],[partitionId]:[brokerId],...',
  )
}
