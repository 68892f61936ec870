import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { int16, int32, string } from '../field'

/** Forget a broker that is gone for good; controller, KRaft only. */
export const UnregisterBroker = defineApi({
  name: 'UnregisterBroker',
  key: 64,
  versions: [0, 0],
  flexible: 0,
  request: { brokerId: int32 },
  response: { throttleTimeMs: int32, errorCode: int16, errorMessage: string.nullable() },
})
export interface UnregisterBrokerRequest extends RequestOf<typeof UnregisterBroker> {}
export interface UnregisterBrokerResponse extends ResponseOf<typeof UnregisterBroker> {}
