import { Apis, errorCode, type ReceivedRequestOf } from '../../protocol'
import { configSources, configTypes, type ConfigEntry } from '../configs'
import type { Call } from './call'
import { configResources } from './config-resources'
import { defineHandler } from './handler'
import { refusal, type Refusal } from './refusal'

type DescribeConfigsRequest = ReceivedRequestOf<typeof Apis.DescribeConfigs>
type AskedResource = DescribeConfigsRequest['resources'][number]

/** What configs hold for topics, brokers and groups, and where they come from. */
export const describeConfigs = defineHandler(Apis.DescribeConfigs, {
  handle(request, call) {
    const results = request.resources.map(asked => {
      const entries = entriesOf(asked, call)
      if ('error' in entries) return failure(asked, errorCode(entries.error), entries.message)
      const configs = chosen(entries, asked).map(entry => fieldsOf(entry, request, call))
      return { ...failure(asked, 0, ''), configs }
    })
    return { throttleTimeMs: 0, results }
  },

  refuse: ({ resources }, code) => ({
    throttleTimeMs: 0,
    results: resources.map(asked => failure(asked, code, null)),
  }),
})

function entriesOf(
  { resourceType, resourceName }: AskedResource,
  call: Call,
): readonly ConfigEntry[] | Refusal {
  const resource = configResources.get(resourceType)
  if (resource !== undefined) return resource.describe(resourceName, call)
  return refusal('INVALID_REQUEST', malformed)
}

/** Kafka's words for any request that makes no sense. */
const malformed =
  'This most likely occurs because of a request being malformed by the client library or the message was sent to ' +
  'an incompatible broker. See the broker logs for more details.'

/** No names mean all. */
function chosen(entries: readonly ConfigEntry[], { configurationKeys: names }: AskedResource) {
  if (names === null || names.length === 0) return entries
  return entries.filter(({ name }) => names.includes(name))
}

function fieldsOf(
  entry: ConfigEntry,
  { includeSynonyms, includeDocumentation }: DescribeConfigsRequest,
  { version }: Call,
) {
  const { name, value, type, readOnly, sensitive, source, synonyms, documentation } = entry
  return {
    name,
    value,
    readOnly,
    // Later versions tell the source instead.
    isDefault: version === 0 && source === configSources.default,
    configSource: source,
    isSensitive: sensitive,
    synonyms: includeSynonyms ? synonyms : [],
    configType: type === undefined ? 0 : configTypes[type],
    documentation: includeDocumentation ? documentation : null,
  }
}

function failure({ resourceType, resourceName }: AskedResource, code: number, errorMessage: string | null) {
  return { errorCode: code, errorMessage, resourceType, resourceName, configs: [] }
}
