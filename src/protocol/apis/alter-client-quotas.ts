import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, float64, int16, int32, string } from '../field'

/** Set and remove quotas of users, client ids and addresses (KIP-546). */
export const AlterClientQuotas = defineApi({
  name: 'AlterClientQuotas',
  key: 49,
  versions: [0, 1],
  flexible: 1,
  request: {
    entries: array({
      entity: array({ entityType: string, entityName: string.nullable() }),
      ops: array({ key: string, value: float64, remove: bool }),
    }),
    validateOnly: bool,
  },
  response: {
    throttleTimeMs: int32,
    entries: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      entity: array({ entityType: string, entityName: string.nullable() }),
    }),
  },
})
export interface AlterClientQuotasRequest extends RequestOf<typeof AlterClientQuotas> {}
export interface AlterClientQuotasResponse extends ResponseOf<typeof AlterClientQuotas> {}
