import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { bytes, int16, int32, int64 } from '../field'

/** Change when a delegation token ends, or end it at once. */
export const ExpireDelegationToken = defineApi({
  name: 'ExpireDelegationToken',
  key: 40,
  versions: [0, 2],
  flexible: 2,
  request: { hmac: bytes, expiryTimePeriodMs: int64 },
  response: { errorCode: int16, expiryTimestampMs: int64, throttleTimeMs: int32 },
})
export interface ExpireDelegationTokenRequest extends RequestOf<typeof ExpireDelegationToken> {}
export interface ExpireDelegationTokenResponse extends ResponseOf<typeof ExpireDelegationToken> {}
