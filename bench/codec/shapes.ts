import type { Message } from '../../src/kernel'

/** Messages of one kind, with what a throwaway prototype took for each on the machine the targets come from. */
export interface Shape {
  readonly name: string
  readonly messages: readonly Message[]
  /** Nanoseconds to encode one record, checksum in WebAssembly included. */
  readonly encodeBaseline: number
  /** Nanoseconds to decode one record and touch its value, without a checksum; not measured for all shapes. */
  readonly decodeBaseline: number | undefined
}

export const recordsPerBatch = 1000

function shape(
  name: string,
  message: () => Message,
  [encodeBaseline, decodeBaseline]: readonly [number, number?],
): Shape {
  return { name, messages: Array.from({ length: recordsPerBatch }, message), encodeBaseline, decodeBaseline }
}

const value = (bytes: number): Buffer => Buffer.alloc(bytes, 'v')
const key = 'user-00000000001'
const headers = [
  ['trace-id', '0af7651916cd43dd'],
  ['source', 'billing'],
] as const

export const shapes: readonly Shape[] = [
  shape('100 B, no key', () => ({ value: value(100) }), [84, 75]),
  shape('100 B, key', () => ({ key, value: value(100) }), [128, 76]),
  shape('100 B, key, 2 headers', () => ({ key, value: value(100), headers }), [285, 97]),
  shape('1 KB, no key', () => ({ value: value(1000) }), [514]),
  shape('1 KB, key', () => ({ key, value: value(1000) }), [562, 76]),
  shape('1 KB, key, 2 headers', () => ({ key, value: value(1000), headers }), [706]),
]
