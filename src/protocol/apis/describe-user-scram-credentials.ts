import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, int8, int16, int32, string } from '../field'

/** Which SCRAM mechanisms users have credentials for; never the credentials. */
export const DescribeUserScramCredentials = defineApi({
  name: 'DescribeUserScramCredentials',
  key: 50,
  versions: [0, 0],
  flexible: 0,
  request: {
    /** Null or empty asks for all. */
    users: array({ name: string }).nullable(),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    results: array({
      user: string,
      errorCode: int16,
      errorMessage: string.nullable(),
      credentialInfos: array({
        /** 1 SCRAM-SHA-256, 2 SCRAM-SHA-512. */
        mechanism: int8,
        iterations: int32,
      }),
    }),
  },
})
export interface DescribeUserScramCredentialsRequest extends RequestOf<typeof DescribeUserScramCredentials> {}
export interface DescribeUserScramCredentialsResponse extends ResponseOf<
  typeof DescribeUserScramCredentials
> {}
