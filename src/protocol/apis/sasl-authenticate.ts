import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { bytes, int16, int64, string } from '../field'

/** Carry one step of the SASL dialogue (KIP-152). */
export const SaslAuthenticate = defineApi({
  name: 'SaslAuthenticate',
  key: 36,
  versions: [0, 2],
  flexible: 2,
  request: { authBytes: bytes },
  response: {
    errorCode: int16,
    errorMessage: string.nullable(),
    authBytes: bytes,
    /** Authenticate again within so long, or the connection is closed (KIP-368); 0 is for ever. */
    sessionLifetimeMs: int64.since(1).ignorable(),
  },
})
export interface SaslAuthenticateRequest extends RequestOf<typeof SaslAuthenticate> {}
export interface SaslAuthenticateResponse extends ResponseOf<typeof SaslAuthenticate> {}
