import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { bytes, int16, int32, int64 } from '../field'

/** Prolong a delegation token. */
export const RenewDelegationToken = defineApi({
  name: 'RenewDelegationToken',
  key: 39,
  versions: [0, 2],
  flexible: 2,
  request: { hmac: bytes, renewPeriodMs: int64 },
  response: { errorCode: int16, expiryTimestampMs: int64, throttleTimeMs: int32 },
})
export interface RenewDelegationTokenRequest extends RequestOf<typeof RenewDelegationToken> {}
export interface RenewDelegationTokenResponse extends ResponseOf<typeof RenewDelegationToken> {}
