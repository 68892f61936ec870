import { Apis, type ReceivedRequestOf } from '../../protocol'
import { alterEach, alterResource } from './alter-resource'
import type { Call } from './call'
import { loggers } from './config-resources'
import { defineHandler } from './handler'
import { refusal, verdict, type Refusal } from './refusal'

type AskedResource = ReceivedRequestOf<typeof Apis.AlterConfigs>['resources'][number]

/** Sets all configs of resources anew: what is left out is not set any more. */
export const alterConfigs = defineHandler(Apis.AlterConfigs, {
  handle({ resources, validateOnly }, call) {
    const done = alterEach(resources, resource => replace(resource, validateOnly, call))
    const responses = done.map(({ resource, refused }) => ({ ...nameOf(resource), ...verdict(refused) }))
    return { throttleTimeMs: 0, responses }
  },

  refuse: ({ resources }, code) => ({
    throttleTimeMs: 0,
    responses: resources.map(resource => ({ ...nameOf(resource), errorCode: code, errorMessage: null })),
  }),
})

function replace(asked: AskedResource, validateOnly: boolean, call: Call): Refusal | undefined {
  const { resourceType, configs } = asked
  if (resourceType === loggers) return refusal('INVALID_REQUEST', `Unknown resource type ${loggers}`)
  const next = new Map(configs.map(({ name, value }) => [name, value!]))
  return alterResource(
    {
      ...nameOf(asked),
      names: configs.map(({ name }) => name),
      valueless: configs.filter(({ value }) => value === null).map(({ name }) => name),
      edit: () => next,
    },
    validateOnly,
    call,
  )
}

const nameOf = ({ resourceType, resourceName }: AskedResource) => ({ resourceType, resourceName })
