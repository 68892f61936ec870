import { ArgumentError } from 'rx-kafka'
import { describeEvent, EmbeddedKafka, type BrokerEvent, type EmbeddedKafkaOptions } from 'rx-kafka/broker'
import { Failure } from '../failure'
import type { Shell } from '../shell'
import { Warnings } from '../warnings'
import { brokerOptions } from './options'

/** `rx-kafka broker`: a Kafka cluster in this process, until it is interrupted. */
export async function broker(args: readonly string[], shell: Shell): Promise<number> {
  const { kafka: options, verbose } = brokerOptions(args)
  const warnings = new Warnings(shell, verbose)
  warnings.begin()
  const interrupted = new Promise<void>(resolve => shell.onInterrupt(resolve))
  const kafka = await start({
    ...options,
    clock: shell.clock,
    onEvent: event => warnings.tell(levelOf(event), describeEvent(event), subjectOf(event)),
  })
  shell.stdout.write(`listening on ${kafka.bootstrap}\n`)
  await interrupted
  await kafka.close()
  return 0
}

async function start(options: EmbeddedKafkaOptions): Promise<EmbeddedKafka> {
  try {
    return await EmbeddedKafka.start(options)
  } catch (error) {
    const reason = error instanceof ArgumentError ? error.cause : error
    if (!(reason instanceof Error && 'syscall' in reason)) throw error
    throw new Failure(`cannot listen: ${reason.message}; --host and --port say where`)
  }
}

/** What a person may have to do something about. */
function levelOf({ type }: BrokerEvent): 'warn' | 'info' {
  return type === 'records-dropped' || type === 'connection-closed' ? 'warn' : 'info'
}

/** Of one partition's drops, one a minute is told. */
function subjectOf(event: BrokerEvent): string | undefined {
  return event.type === 'records-dropped' ? `${event.type} ${event.topic}-${event.partition}` : undefined
}
