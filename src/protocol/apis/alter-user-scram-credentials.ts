import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bytes, int8, int16, int32, string } from '../field'

/** Set and remove SCRAM credentials; controller. */
export const AlterUserScramCredentials = defineApi({
  name: 'AlterUserScramCredentials',
  key: 51,
  versions: [0, 0],
  flexible: 0,
  request: {
    deletions: array({ name: string, mechanism: int8 }),
    upsertions: array({
      name: string,
      mechanism: int8,
      iterations: int32,
      salt: bytes,
      saltedPassword: bytes,
    }),
  },
  response: {
    throttleTimeMs: int32,
    results: array({ user: string, errorCode: int16, errorMessage: string.nullable() }),
  },
})
export interface AlterUserScramCredentialsRequest extends RequestOf<typeof AlterUserScramCredentials> {}
export interface AlterUserScramCredentialsResponse extends ResponseOf<typeof AlterUserScramCredentials> {}
