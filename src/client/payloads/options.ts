import { compressionTypes, flag, milliseconds, oneOf, Option, optional } from '../../kernel'

const wholeNumber = (fallback: number, min: number): Option<number> =>
  new Option(`a whole number from ${min}`, fallback, value =>
    Number.isInteger(value) && (value as number) >= min ? (value as number) : undefined,
  )

const anyText: Option<string> = new Option('a string', '', value =>
  typeof value === 'string' ? value : undefined,
)

/** What the options of each call are checked against; their meaning is told beside their types. */
export const payloadOptions = {
  failOnError: flag(true),
  timeoutMs: optional(milliseconds(60_000, 1)),
}

export const produceOptions = {
  ...payloadOptions,
  acks: oneOf(['all', 'leader', 'none', -1, 1, 0], 'all'),
  ackTimeoutMs: milliseconds(10_000),
  compression: oneOf(compressionTypes, 'none'),
  level: optional(wholeNumber(0, -0x7fffffff)),
}

export const fetchOptions = {
  ...payloadOptions,
  maxWaitMs: milliseconds(500),
  minBytes: wholeNumber(1, 0),
  maxBytes: wholeNumber(50 * 1024 * 1024, 1),
  isolationLevel: oneOf(['read_uncommitted', 'read_committed'], 'read_uncommitted'),
}

export const offsetOptions = {
  ...payloadOptions,
  isolationLevel: fetchOptions.isolationLevel,
}

export const commitOptions = {
  ...payloadOptions,
  generationId: wholeNumber(-1, -2),
  memberId: anyText,
  groupInstanceId: new Option<string | null>('a string or null', null, value =>
    typeof value === 'string' || value === null ? value : undefined,
  ),
}

export const requestOptions = {
  timeoutMs: payloadOptions.timeoutMs,
  broker: optional(wholeNumber(0, 0)),
  version: optional(wholeNumber(0, 0)),
}
