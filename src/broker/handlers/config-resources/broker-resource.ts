import { brokerConfigRows, faultOf, type ConfigMap } from '../../configs'
import { refusal, type Refusal } from '../refusal'
import type { Change, ConfigResource } from './resource'

const invalid = (message: string): Refusal => refusal('INVALID_REQUEST', message)

/** A broker by its number; the empty name means all of them. */
export const brokerResource: ConfigResource = {
  rows: brokerConfigRows,

  describe(name, { broker, cluster }) {
    if (name === '') return cluster.config.sharedEntries()
    const wrong = {
      text: 'Broker id must be an integer, but it is: ',
      expected: `${broker.id} or empty string, but`,
    }
    return wrongBroker(name, broker.id, wrong) ?? broker.configFrom(cluster.config).entries()
  },

  get: (name, { broker, cluster }) => (name === '' ? cluster.config.forAll : broker.changes),

  listFault(config, operation) {
    if (!brokerConfigRows.has(config)) return refusal('INVALID_CONFIG', `Unknown config name: ${config}`)
    const verb = operation.toLowerCase()
    return refusal('INVALID_CONFIG', `Config value ${verb} is not allowed for config key: ${config}`)
  },

  nameFault(name, { broker }) {
    if (name === '') return undefined
    const wrong = { text: 'Node id must be an integer, but it is: ', expected: `${broker.id}, but` }
    return wrongBroker(name, broker.id, wrong)
  },

  changeFault: (name, change) =>
    fixedFault(name, change) ?? valueFault(change.next) ?? clusterWideFault(name, change),

  set(name, next, { broker, cluster }) {
    if (name === '') cluster.alterConfig(next)
    else broker.changes = next
  },

  list: ({ cluster }) => [...cluster.nodes.keys()].map(String),
}

function wrongBroker(name: string, id: number, { text, expected }: { text: string; expected: string }) {
  if (!/^[+-]?\d+$/.test(name)) return invalid(`${text}${name}`)
  return Number(name) === id
    ? undefined
    : invalid(`Unexpected broker id, expected ${expected} received ${name}`)
}

/** What cannot change while the broker runs, or not for all brokers at once. */
function fixedFault(name: string, { next }: Change): Refusal | undefined {
  const fixed = [...next.keys()].filter(config => brokerConfigRows.get(config)?.dynamic === undefined)
  const known = fixed.filter(config => brokerConfigRows.has(config))
  if (known.length > 0)
    return invalid(`Cannot update these configs dynamically: [${known.sort().join(', ')}]`)
  if (name !== '' || !next.has('listeners')) return undefined
  return invalid(
    'Cannot update these configs at default cluster level, broker id must be specified: [listeners]',
  )
}

function valueFault(next: ConfigMap): Refusal | undefined {
  for (const [config, value] of next) {
    const row = brokerConfigRows.get(config)
    const fault = row && faultOf(config, row, value)
    if (fault !== undefined) return invalid(fault)
  }
  return undefined
}

/** With eligible leader replicas (KIP-966) this one is the cluster's, and the cluster always has it. */
const clusterWide = 'min.insync.replicas'

function clusterWideFault(name: string, { next, touched }: Change): Refusal | undefined {
  if (name !== '' && touched.includes(clusterWide))
    return refusal('INVALID_CONFIG', `Broker-level ${clusterWide} cannot be altered while ELR is enabled.`)
  if (name !== '' || next.has(clusterWide)) return undefined
  return refusal('INVALID_CONFIG', `Cluster-level ${clusterWide} cannot be removed while ELR is enabled.`)
}
