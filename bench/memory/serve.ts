import { EmbeddedKafka } from '../../src/broker'

/** A broker in a process of its own, which the parent can hold. It keeps little, so that its memory stays out of the way. */
async function serve(): Promise<void> {
  const partitions = Number(process.argv[2])
  const config = { 'max.message.bytes': 4_000_000 }
  const kafka = await EmbeddedKafka.start({
    topics: { bench: { partitions, config } },
    recordedRequests: 0,
    retentionBytes: 32 * 1024 * 1024,
  })
  process.send?.({ bootstrap: kafka.bootstrap })
  process.on('message', () => {
    const ends = Array.from({ length: partitions }, (_, at) => kafka.partition('bench', at).logEndOffset)
    process.send?.({ messages: ends.reduce((sum, end) => sum + Number(end), 0) })
  })
  process.on('disconnect', () => process.exit())
}

void serve()
