import type { Api } from '../../../src/protocol'
import { answerOf, requestOf, type Mutate } from './mutate'

/** New values for the fields of these names, wherever in a body they are. */
export type FieldChanges = Readonly<Record<string, (value: never) => unknown>>

function changed<T>(value: T, changes: FieldChanges): T {
  if (Array.isArray(value)) return (value as readonly unknown[]).map(one => changed(one, changes)) as T
  if (!isBody(value)) return value
  const entries = Object.entries(value as Record<string, unknown>).map(([name, field]) => {
    const change = changes[name]
    return [name, change ? change(field as never) : changed(field, changes)]
  })
  return Object.fromEntries(entries) as T
}

/** Not bytes, and no number in the shape of an object. */
function isBody(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** The right answer with other fields. */
export const answerFields = (api: Api, changes: FieldChanges): Mutate =>
  answerOf(api, answer => changed(answer, changes))

/** The broker sees other fields than those that were sent. */
export const requestFields = (api: Api, changes: FieldChanges): Mutate =>
  requestOf(api, request => changed(request, changes))

/** Whatever goes wrong, the answer says that nothing did. */
export const silent = (...apis: readonly Api[]): Mutate =>
  all(...apis.map(api => answerFields(api, { errorCode: () => 0, errorMessage: () => null })))

/** Several changes that make one defect. */
export const all =
  (...mutates: readonly Mutate[]): Mutate =>
  parts =>
    mutates.reduce((broken, mutate) => mutate(broken), parts)

/** How answers write the id of a topic that has none. */
export const noTopicId = Buffer.alloc(16).toString('base64url')
