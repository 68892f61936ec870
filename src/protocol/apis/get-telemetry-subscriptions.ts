import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int8, int16, int32, string, uuid } from '../field'

/** Which metrics the broker would like from this client, and how often (KIP-714). */
export const GetTelemetrySubscriptions = defineApi({
  name: 'GetTelemetrySubscriptions',
  key: 71,
  versions: [0, 0],
  flexible: 0,
  request: { clientInstanceId: uuid },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    clientInstanceId: uuid,
    subscriptionId: int32,
    acceptedCompressionTypes: array(int8),
    pushIntervalMs: int32,
    telemetryMaxBytes: int32,
    deltaTemporality: bool,
    requestedMetrics: array(string),
  },
})
export interface GetTelemetrySubscriptionsRequest extends RequestOf<typeof GetTelemetrySubscriptions> {}
export interface GetTelemetrySubscriptionsResponse extends ResponseOf<typeof GetTelemetrySubscriptions> {}
