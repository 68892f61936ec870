import { fallbackText, type ConfigMap } from '../../configs'
import { refusal, type Refusal } from '../refusal'
import type { ConfigResource } from './resource'

export type ListOperation = 'APPEND' | 'SUBTRACT'

export function listFault(config: string, operation: ListOperation): Refusal {
  return refusal('INVALID_CONFIG', `Can't ${operation} to key ${config} because its type is not LIST.`)
}

/** A list with these values too, or without them; what is not set begins with the default. */
export function changeList(
  resource: ConfigResource,
  now: ConfigMap,
  { config, operation, value }: { config: string; operation: ListOperation; value: string },
): string | Refusal {
  const row = resource.rows.get(config)
  if (row?.type !== 'LIST') return resource.listFault(config, operation)
  const current = now.get(config) ?? fallbackText(row) ?? ''
  const had = current.split(',').filter(one => one !== '')
  const given = value.split(',')
  const kept = operation === 'APPEND' ? [...had, ...given] : had.filter(one => !given.includes(one))
  return [...new Set(kept)].join(',')
}
