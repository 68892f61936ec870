import { readFileSync } from 'node:fs'
import { KafkaClient, type ClientOptions, type Logger } from 'rx-kafka'
import { Failure } from './failure'
import { Outage } from './outage'
import { placeOf, type Place } from './place'
import { unreachable } from './reason'
import type { Shell } from './shell'
import { UsageError } from './usage-error'
import { Warnings } from './warnings'

/** The options by which a command finds its cluster. */
export const connectionOptions = {
  bootstrap: { type: 'string', short: 'b' },
  tls: { type: 'boolean' },
  ca: { type: 'string' },
  timeout: { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
} as const

export const connectionHelp = `  -b, --bootstrap HOST:PORT,...
                        where the cluster is; default: $KAFKA_BROKERS, else localhost:9092
  --tls                 connect with TLS
  --ca FILE             certificates (PEM) to trust in the place of the system's; goes with --tls
  --timeout SECONDS     how long the cluster may take to answer; default 10
  -v, --verbose         tell more on standard error
`

export interface ConnectionValues {
  readonly bootstrap?: string | undefined
  readonly tls?: boolean | undefined
  readonly ca?: string | undefined
  readonly timeout?: string | undefined
  readonly verbose?: boolean | undefined
}

/** A client, and what goes with it. */
export interface Connection {
  readonly client: KafkaClient
  /** How long the cluster may take to answer. */
  readonly timeoutMs: number
  readonly verbose: boolean
  readonly warnings: Warnings
}

/** Does the work with a client that is closed when the work ends, or stopped when it fails. */
export async function withConnection<T>(
  values: ConnectionValues,
  shell: Shell,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const place = placeOf(values, shell)
  const outage = new Outage(shell)
  const connection = connect(values, place, shell, outage)
  const { client, timeoutMs } = connection
  outage.begin(place.hosts)
  try {
    const result = await work(connection)
    await client.close({ timeoutMs })
    return result
  } catch (error) {
    const reason = outage.isTotal ? unreachable(error, place.hosts) : undefined
    throw reason === undefined ? error : new Failure(`${reason}; ${place.source}`)
  } finally {
    outage.close()
    await client.stop()
  }
}

function connect(values: ConnectionValues, { hosts }: Place, shell: Shell, outage: Outage): Connection {
  const { tls = false, ca, verbose = false } = values
  const timeoutMs = timeoutOf(values.timeout)
  const warnings = new Warnings(shell, verbose)
  const options: ClientOptions = {
    ...{
      clientId: 'rx-kafka-cli',
      clock: shell.clock,
      logger: loggerOf(warnings, outage, verbose),
      timeoutMs,
    },
    connectTimeoutMs: Math.min(timeoutMs, 10_000),
    // A name with a typing mistake shall be told, and not become a topic.
    allowAutoTopicCreation: false,
    tls: tlsOf(tls, ca),
  }
  return { client: new KafkaClient(hosts, options), timeoutMs, verbose, warnings }
}

/** Of an outage only its begin and its end are told, and not what follows from it. */
function loggerOf(warnings: Warnings, outage: Outage, verbose: boolean): Logger {
  return (level, text, event) => {
    if (event !== undefined) outage.see(event)
    if (verbose || !(event?.type === 'connect-failed' || outage.isOpen)) warnings.log(level, text)
  }
}

function timeoutOf(text = '10'): number {
  const ms = Math.round(Number(text) * 1000)
  if (/^\d+(\.\d+)?$/.test(text) && ms >= 1 && ms <= 0x7fffffff) return ms
  throw new UsageError(`--timeout: expected seconds, such as 10 or 2.5, got "${text}"`)
}

function tlsOf(tls: boolean, ca: string | undefined): NonNullable<ClientOptions['tls']> {
  if (ca === undefined) return tls
  if (!tls) throw new UsageError('--ca goes with --tls')
  try {
    return { ca: readFileSync(ca) }
  } catch (error) {
    throw new Failure(`--ca: ${error instanceof Error ? error.message : String(error)}`)
  }
}
