import type { ApiRanges } from '../kafka'
import { apiKeys } from './api-keys'
import type { AloneOptions, CaseOptions, ContractCase, Need } from './case'

/** What is known of the cluster before any case runs. */
export interface Facts {
  readonly kafkaVersion: string
  readonly brokers: number
  readonly coreOnly: boolean
  readonly apis: ApiRanges
  /** Why a case cannot have such a cluster to itself. */
  readonly refusal: (options: AloneOptions) => string | undefined
}

/** Why a case does not run here, or undefined when it does. */
export function skipReason(one: ContractCase, facts: Facts): string | undefined {
  const { needs = [], core = false } = one.options
  if (facts.coreOnly && !core) return `not a core case, and only those run on Kafka ${facts.kafkaVersion}`
  const lacking = needs.map(need => lack(need, facts)).find(reason => reason !== undefined)
  return lacking ?? (one.alone ? facts.refusal(one.options) : tooFew(one.options, facts))
}

function tooFew({ brokers = 1 }: CaseOptions, facts: Facts): string | undefined {
  return brokers > facts.brokers ? `needs ${brokers} brokers, and there are ${facts.brokers}` : undefined
}

function lack({ api, version }: Need, { apis, kafkaVersion }: Facts): string | undefined {
  const range = apis.get(apiKeys[api])
  const needed = `needs ${api} v${version}, and Kafka ${kafkaVersion}`
  if (!range) return `${needed} does not serve it`
  if (version < range.min || version > range.max) return `${needed} serves v${range.min} to v${range.max}`
  return undefined
}
