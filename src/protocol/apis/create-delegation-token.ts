import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bytes, int16, int32, int64, string } from '../field'

/** Issue a token by which others may act for a principal (KIP-48). */
export const CreateDelegationToken = defineApi({
  name: 'CreateDelegationToken',
  key: 38,
  versions: [0, 3],
  flexible: 2,
  request: {
    ownerPrincipalType: string.since(3).nullable(),
    ownerPrincipalName: string.since(3).nullable(),
    renewers: array({ principalType: string, principalName: string }),
    maxLifetimeMs: int64,
  },
  response: {
    errorCode: int16,
    principalType: string,
    principalName: string,
    tokenRequesterPrincipalType: string.since(3),
    tokenRequesterPrincipalName: string.since(3),
    issueTimestampMs: int64,
    expiryTimestampMs: int64,
    maxTimestampMs: int64,
    tokenId: string,
    hmac: bytes,
    throttleTimeMs: int32,
  },
})
export interface CreateDelegationTokenRequest extends RequestOf<typeof CreateDelegationToken> {}
export interface CreateDelegationTokenResponse extends ResponseOf<typeof CreateDelegationToken> {}
