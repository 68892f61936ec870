import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { bool, bytes, int8, int16, int32, uuid } from '../field'

/** Hand metrics to the broker, as OTLP (KIP-714). */
export const PushTelemetry = defineApi({
  name: 'PushTelemetry',
  key: 72,
  versions: [0, 0],
  flexible: 0,
  request: {
    clientInstanceId: uuid,
    subscriptionId: int32,
    terminating: bool,
    compressionType: int8,
    metrics: bytes,
  },
  response: { throttleTimeMs: int32, errorCode: int16 },
})
export interface PushTelemetryRequest extends RequestOf<typeof PushTelemetry> {}
export interface PushTelemetryResponse extends ResponseOf<typeof PushTelemetry> {}
