import type { ForeignNames } from '../kernel'

const ofTheClient = 'it among the options of the KafkaClient'
const inFlight = 'no such option: up to five batches of a partition are under way at once, and stay in order'
const retries = 'deliveryTimeoutMs instead: what may help is tried again until it has passed'
const requestTimeout = 'ackTimeoutMs, or the client option requestTimeoutMs'

/** What users of kafkajs and of Java's client look for. */
export const foreignProducerOptions: ForeignNames = {
  allowautotopiccreation: ofTheClient,
  batchsize: 'bufferBytes instead',
  bootstrapservers: 'hosts as the first argument of the KafkaClient',
  brokers: 'hosts as the first argument of the KafkaClient',
  buffermemory: 'maxBufferedBytes instead',
  clientid: ofTheClient,
  compressioncodec: 'compression instead',
  compressiontype: 'compression instead',
  connect: 'no such option: the first send connects',
  createpartitioner: 'partitioner instead',
  enableidempotence: 'idempotent instead',
  keyserializer: 'keys that are text or bytes, or keyMaker, which makes them of values',
  linger: 'bufferTime instead, in ms',
  maxinflight: inFlight,
  maxinflightrequests: inFlight,
  maxinflightrequestsperconnection: inFlight,
  maxrequestsize: 'maxBatchBytes instead',
  requesttimeout: requestTimeout,
  requesttimeoutms: requestTimeout,
  retries,
  retry: retries,
  sasl: 'none: there is no SASL yet',
  ssl: 'the client option tls',
  timeout: requestTimeout,
  transactiontimeout: 'transactionTimeoutMs instead',
  valueserializer: 'serializer instead',
}
