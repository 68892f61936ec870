import { ArgumentError } from '../../kernel'
import { errorRows, type ErrorName } from '../../protocol'

const longestMs = 0x7fffffff

/** A time that a timer can wait. ArgumentError for any other. */
export function checkMs(argument: string, ms: unknown): asserts ms is number {
  // NaN compares with nothing.
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= longestMs))
    throw new ArgumentError(argument, ms, `milliseconds from 0 to ${longestMs}`)
}

/** ArgumentError unless it is undefined or a whole number from 0. */
export function checkWhole(argument: string, value: unknown): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= 0))
    throw new ArgumentError(argument, value, 'a whole number from 0')
}

/** `NONE`, which is told where there is no error, is none. */
const errorNames: ReadonlySet<unknown> = new Set(
  [...errorRows].flatMap(([code, { name }]) => (code === 0 ? [] : [name])),
)

/** ArgumentError for what is no error of Kafka's by its name. */
export function checkError(argument: string, error: unknown): asserts error is ErrorName {
  if (!errorNames.has(error))
    throw new ArgumentError(argument, error, "Kafka's name of an error, such as NOT_LEADER_OR_FOLLOWER")
}
