import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int16, int32, string, uint16, uuid } from '../field'

/** Make a controller a voter of the KRaft quorum (KIP-853). */
export const AddRaftVoter = defineApi({
  name: 'AddRaftVoter',
  key: 80,
  versions: [0, 1],
  flexible: 0,
  request: {
    clusterId: string.nullable(),
    timeoutMs: int32,
    voterId: int32,
    voterDirectoryId: uuid,
    listeners: array({ name: string, host: string, port: uint16 }),
    ackWhenCommitted: bool.since(1).default(true),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable().ignorable(),
  },
})
export interface AddRaftVoterRequest extends RequestOf<typeof AddRaftVoter> {}
export interface AddRaftVoterResponse extends ResponseOf<typeof AddRaftVoter> {}
