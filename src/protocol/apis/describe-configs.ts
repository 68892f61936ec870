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
      /** 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
      resourceType: int8,
      resourceName: string,
      /** Null asks for all. */
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
        /** Null when it is sensitive. */
        value: string.nullable(),
        readOnly: bool,
        isDefault: bool.until(0),
        /**
         * 1 topic, 2 broker, 3 all brokers, 4 broker file, 5 default, 6 broker logger, 7 client metrics, 8
         * group.
         */
        configSource: int8.since(1).default(-1).ignorable(),
        isSensitive: bool,
        /** Where else the value could come from, in order of precedence. */
        synonyms: array({ name: string, value: string.nullable(), source: int8 }).since(1).ignorable(),
        /** 0 unknown, 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password. */
        configType: int8.since(3).ignorable(),
        documentation: string.since(3).nullable().ignorable(),
      }),
    }),
  },
})
export interface DescribeConfigsRequest extends RequestOf<typeof DescribeConfigs> {}
export interface DescribeConfigsResponse extends ResponseOf<typeof DescribeConfigs> {}
