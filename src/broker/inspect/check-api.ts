import { ArgumentError } from '../../kernel'
import type { Api } from '../../protocol'

/** ArgumentError for what is none of `Apis`, such as the name of one. */
export function checkApi(argument: string, api: unknown): asserts api is Api {
  if (typeof (api as Partial<Api> | null | undefined)?.key !== 'number')
    throw new ArgumentError(argument, api, 'one of Apis of rx-kafka/protocol, such as Apis.Produce')
}
