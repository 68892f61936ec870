import { BufferFullError, KafkaClient, Producer } from 'rx-kafka'

/** What one producer held while its broker stood still, and what became of its messages. */
export interface Filled {
  readonly accepted: number
  readonly acceptedBytes: number
  readonly refused: number
  readonly delivered: number
  readonly failed: number
  readonly peakRss: number
}

/** In a process of its own: fills the producer until it takes no more, waits for the broker, and sees everything out. */
async function fill(bootstrap: string, bytes: number, partitions: number): Promise<void> {
  const client = new KafkaClient(bootstrap)
  const producer = new Producer(client, { maxBatchBytes: 2_000_000, acks: 'leader' })
  const value = Buffer.alloc(bytes, 'x')
  const send = (at: number) => producer.send({ topic: 'bench', partition: at % partitions, value })
  for (let at = 0; at < partitions; at++) await send(at)
  process.send?.('warm')
  await new Promise(resolve => process.once('message', resolve))

  let peakRss = 0
  const look = (): void => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss())
  }
  const counts = { accepted: 0, refused: 0, delivered: 0, failed: 0 }
  const timer = setInterval(look, 20)
  for (let at = 0; counts.refused < 1000; at++) {
    counts.accepted++
    send(at).subscribe({
      next: () => counts.delivered++,
      error: (error: unknown) => {
        counts.accepted--
        if (error instanceof BufferFullError) counts.refused++
        else counts.failed++
      },
    })
    if (at % 100 === 0) {
      look()
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  process.send?.('full')
  await producer.flush()
  look()
  clearInterval(timer)
  const filled: Filled = { ...counts, acceptedBytes: counts.accepted * bytes, peakRss }
  process.send?.(filled)
  await client.close()
}

void fill(process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])).then(() => process.disconnect())
