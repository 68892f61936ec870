import type { Call } from '../call'
import { refusal } from '../refusal'
import { brokerResource } from './broker-resource'
import type { ConfigResource } from './resource'

/** The loggers of a broker. This one has none, and says so where Kafka would set their levels. */
export const loggerResource: ConfigResource = {
  rows: new Map(),

  describe(name, { broker }) {
    if (name === '') return refusal('INVALID_REQUEST', 'Broker id must not be empty')
    if (name === String(broker.id)) return []
    return refusal('INVALID_REQUEST', `Unexpected broker id, expected ${broker.id} but received ${name}`)
  },

  get: () => new Map(),

  listFault: (_config, operation) =>
    refusal('INVALID_REQUEST', `${operation} operation is not allowed for the BROKER_LOGGER resource`),

  nameFault(name, { broker }) {
    if (name === String(broker.id)) return undefined
    if (!/^[+-]?\d+$/.test(name))
      return refusal('INVALID_REQUEST', `Node id must be an integer, but it is: ${name}`)
    return refusal('INVALID_REQUEST', `Unexpected node id. Expected ${broker.id}, but received ${name}`)
  },

  changeFault(_name, { touched }) {
    const [logger] = touched
    return logger === undefined ? undefined : refusal('INVALID_CONFIG', `Logger ${logger} does not exist!`)
  },

  set: () => undefined,

  list: (call: Call) => brokerResource.list(call),
}
