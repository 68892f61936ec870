import type { ForeignNames } from '../kernel'

export const hostsFirst = "hosts first, then options: new KafkaClient('a:9092,b:9092', { clientId })"
const logger = 'logger instead, a function'
const retries = 'timeoutMs, within which what may help is tried again, and retryBackoffMs'

/** What users of kafkajs and of Java's client look for. */
export const foreignClientOptions: ForeignNames = {
  bootstrapservers: hostsFirst,
  brokers: hostsFirst,
  connect: 'no such option: the first call connects',
  connectiontimeout: 'connectTimeoutMs instead',
  enforcerequesttimeout: 'requestTimeoutMs, which is always kept to',
  hosts: hostsFirst,
  logcreator: logger,
  loglevel: logger,
  rackid: 'clientRack instead',
  requesttimeout: 'requestTimeoutMs instead',
  retries,
  retry: retries,
  sasl: 'none: there is no SASL yet',
  securityprotocol: 'tls instead',
  socketfactory: 'dial instead',
  ssl: 'tls instead',
}
