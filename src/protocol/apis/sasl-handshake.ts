import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int16, string } from '../field'

/**
 * Choose the SASL mechanism of a connection. After version 0 raw tokens follow, after version 1
 * SaslAuthenticate.
 */
export const SaslHandshake = defineApi({
  name: 'SaslHandshake',
  key: 17,
  versions: [0, 1],
  flexible: null,
  request: { mechanism: string },
  response: { errorCode: int16, mechanisms: array(string) },
})
export interface SaslHandshakeRequest extends RequestOf<typeof SaslHandshake> {}
export interface SaslHandshakeResponse extends ResponseOf<typeof SaslHandshake> {}
