import { Apis, type ReceivedRequestOf } from '../../protocol'
import type { ConfigMap } from '../configs'
import { alterEach, alterResource } from './alter-resource'
import type { Call } from './call'
import { changeList, type ConfigResource, type ListOperation } from './config-resources'
import { defineHandler } from './handler'
import { refusal, verdict, type Refusal } from './refusal'

type AskedResource = ReceivedRequestOf<typeof Apis.IncrementalAlterConfigs>['resources'][number]
type Step = AskedResource['configs'][number]

const setOperation = 0
const deleteOperation = 1
const listOperations: Readonly<Record<number, ListOperation>> = { 2: 'APPEND', 3: 'SUBTRACT' }

/** Changes single configs of resources and leaves the others as they are (KIP-339). */
export const incrementalAlterConfigs = defineHandler(Apis.IncrementalAlterConfigs, {
  handle({ resources, validateOnly }, call) {
    const done = alterEach(resources, resource => change(resource, validateOnly, call))
    const responses = done.map(({ resource, refused }) => ({ ...nameOf(resource), ...verdict(refused) }))
    return { throttleTimeMs: 0, responses }
  },

  refuse: ({ resources }, code) => ({
    throttleTimeMs: 0,
    responses: resources.map(resource => ({ ...nameOf(resource), errorCode: code, errorMessage: null })),
  }),
})

function change(asked: AskedResource, validateOnly: boolean, call: Call): Refusal | undefined {
  const valueless = asked.configs.filter(
    ({ value, configOperation }) => value === null && configOperation !== deleteOperation,
  )
  return alterResource(
    {
      ...nameOf(asked),
      names: asked.configs.map(({ name }) => name),
      valueless: valueless.map(({ name }) => name),
      edit: (resource, now) => edited(resource, now, asked.configs),
    },
    validateOnly,
    call,
  )
}

function edited(resource: ConfigResource, now: ConfigMap, steps: readonly Step[]): ConfigMap | Refusal {
  const next = new Map(now)
  for (const step of steps) {
    const value = afterStep(resource, now, step)
    if (typeof value === 'object' && value !== null) return value
    if (value === null) next.delete(step.name)
    else next.set(step.name, value)
  }
  return next
}

/** The value after a step; null for none. */
function afterStep(resource: ConfigResource, now: ConfigMap, step: Step): string | null | Refusal {
  const { name: config, configOperation, value } = step
  if (configOperation === setOperation) return value!
  if (configOperation === deleteOperation) return null
  const operation = listOperations[configOperation]
  if (operation === undefined) return refusal('UNKNOWN_SERVER_ERROR')
  return changeList(resource, now, { config, operation, value: value! })
}

const nameOf = ({ resourceType, resourceName }: AskedResource) => ({ resourceType, resourceName })
