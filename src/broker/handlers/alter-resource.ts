import type { ConfigMap } from '../configs'
import type { Call } from './call'
import { configResources, type ConfigResource } from './config-resources'
import { partRepeated } from './part-repeated'
import { refusal, type Refusal } from './refusal'

/** A change of one resource's configs as a request has it. */
export interface Alteration {
  readonly resourceType: number
  readonly resourceName: string
  readonly names: readonly string[]
  /** Those that should have a value and have none. */
  readonly valueless: readonly string[]
  /** From what is set now to what is to be. */
  edit(resource: ConfigResource, now: ConfigMap): ConfigMap | Refusal
}

/** Sets a resource's configs; answers why not. */
export function alterResource(change: Alteration, validateOnly: boolean, call: Call): Refusal | undefined {
  const { resourceType, resourceName, names } = change
  const resource = configResources.get(resourceType)
  if (resource === undefined) return invalid(`Unknown resource type ${resourceType}`)
  const fault = formFault(change) ?? resource.nameFault(resourceName, call)
  if (fault !== undefined) return fault
  const now = resource.get(resourceName, call)
  const next = change.edit(resource, now)
  if ('error' in next) return next
  const refused = resource.changeFault(resourceName, { now, next, touched: names }, call)
  if (refused === undefined && !validateOnly) resource.set(resourceName, next, call)
  return refused
}

function formFault({ names, valueless }: Alteration): Refusal | undefined {
  if (partRepeated(names).repeated.length > 0) return invalid('Error due to duplicate config keys')
  if (valueless.length === 0) return undefined
  return invalid(`Null value not supported for : ${valueless.join(', ')}`)
}

const invalid = (message: string): Refusal => refusal('INVALID_REQUEST', message)

/** Each resource may come once in a request; those that come again are all refused. */
export function alterEach<T extends { readonly resourceType: number; readonly resourceName: string }>(
  resources: readonly T[],
  alter: (resource: T) => Refusal | undefined,
) {
  const keyOf = ({ resourceType, resourceName }: T): string => `${resourceType} ${resourceName}`
  const { repeated } = partRepeated(resources.map(keyOf))
  return resources.map(resource => ({
    resource,
    refused: repeated.includes(keyOf(resource))
      ? invalid('Each resource must appear at most once.')
      : alter(resource),
  }))
}
