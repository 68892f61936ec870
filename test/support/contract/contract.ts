import { suite } from 'uvu'
import { kafkaIsRequired, KafkaUnavailable } from '../kafka'
import type { AloneContext, AloneOptions, CaseOptions, ContractCase, ContractContext } from './case'
import { contextOf } from './context'
import { openProvider } from './open-provider'
import type { Provider } from './provider'
import { reportSkip } from './report-skip'
import { skipReason, type Facts } from './skip-reason'

const cases: ContractCase[] = []

/** Declares a case that shares its cluster with others: it may not disturb the brokers. */
export function contract(
  title: string,
  options: CaseOptions,
  body: (ctx: ContractContext) => Promise<void>,
): void {
  cases.push({ title, options, body, alone: false })
}

/** Declares a case that has a cluster to itself, with settings of its own, and may take its brokers down. */
export function contractAlone(
  title: string,
  options: AloneOptions,
  body: (ctx: AloneContext) => Promise<void>,
): void {
  cases.push({ title, options, body, alone: true })
}

/** Runs the declared cases; the last line of a file of them. */
export function runContract(): void {
  void runCases()
}

async function runCases(): Promise<void> {
  const provider = await openProvider(mostBrokers()).catch(skipAll)
  const test = suite('')
  if (provider) {
    const facts = await factsOf(provider)
    for (const one of cases) {
      const reason = skipReason(one, facts)
      if (reason === undefined) test(one.title, () => runCase(one, provider))
      else reportSkip(one.title, reason)
    }
    test.after(() => provider.close())
  }
  test.run()
}

const mostBrokers = () => (cases.some(({ options, alone }) => !alone && (options.brokers ?? 1) > 1) ? 3 : 1)

function skipAll(error: unknown): undefined {
  if (kafkaIsRequired() || !(error instanceof KafkaUnavailable)) throw error
  for (const { title } of cases) reportSkip(title, error.message)
}

async function factsOf(provider: Provider): Promise<Facts> {
  const { cluster, coreOnly } = provider
  return {
    kafkaVersion: cluster.version,
    brokers: cluster.brokers.length,
    coreOnly,
    apis: await provider.apis(),
    refusal: options => provider.refusal(options),
  }
}

async function runCase(one: ContractCase, provider: Provider): Promise<void> {
  if (!one.alone) return inTime(one.body(contextOf(provider, one.title)))
  const own = await provider.startOwnCluster(one.options)
  try {
    await inTime(one.body({ ...contextOf(own, one.title), control: own.control }))
  } finally {
    await own.close()
  }
}

/**
 * A case that waits for what a broken broker never does must not keep the cases behind it from running. It is left
 * alone then; it ends when its brokers do.
 */
async function inTime(running: Promise<void>): Promise<void> {
  const ms = Number(process.env['RX_KAFKA_CASE_DEADLINE_MS'] ?? 0)
  if (ms === 0) return running
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([running, late])
  } finally {
    clearTimeout(timer)
  }
}
