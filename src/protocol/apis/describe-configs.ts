import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int8, int16, int32, string } from '../field'

/** Settings of topics, brokers, groups and client metrics. Those of a broker are asked of that broker. */
export const DescribeConfigs = defineApi({
  name: 'DescribeConfigs',
  key: 32,
  versions: [0, 4],
  flexible: 4,
  request: {
    resources: array({
      resourceType: int8,
      resourceName: string,
      configurationKeys: array(string).nullable(),
    }),
    includeSynonyms: bool.since(1),
    includeDocumentation: bool.since(3),
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      resourceType: int8,
      resourceName: string,
      configs: array({
        name: string,
        value: string.nullable(),
        readOnly: bool,
        isDefault: bool.until(0),
        configSource: int8.since(1).default(-1).ignorable(),
        isSensitive: bool,
        synonyms: array({ name: string, value: string.nullable(), source: int8 }).since(1).ignorable(),
        configType: int8.since(3).ignorable(),
        documentation: string.since(3).nullable().ignorable(),
      }),
    }),
  },
})
export interface DescribeConfigsRequest extends RequestOf<typeof DescribeConfigs> {}
export interface DescribeConfigsResponse extends ResponseOf<typeof DescribeConfigs> {}
