import type { Api } from '../api'
import * as definitions from './definitions'

export * from './definitions'

const apis: readonly Api[] = Object.values(definitions)

/** Every API that this package knows, by its number on the wire. */
export const apiByKey: ReadonlyMap<number, Api> = new Map(apis.map(api => [api.key, api]))

/** Every API that this package knows, by Kafka's name for it. */
export const apiByName: ReadonlyMap<string, Api> = new Map(apis.map(api => [api.name, api]))
