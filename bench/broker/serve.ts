import { EmbeddedKafka } from '../../src/broker'

/** A broker in a process of its own, so that its CPU time and memory are its own too. It ends with its parent. */
async function serve(): Promise<void> {
  const kafka = await EmbeddedKafka.start({ topics: { bench: { partitions: 6 } }, recordedRequests: 0 })
  let peakRss = 0
  setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), 100).unref()
  process.send?.({ bootstrap: kafka.bootstrap })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    const partitions = [...Array(6).keys()].map(index => kafka.partition('bench', index))
    const messages = partitions.reduce((sum, { logEndOffset }) => sum + Number(logEndOffset), 0)
    const logBytes = partitions.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0)
    process.send?.({ cpuUs: user + system, messages, logBytes, peakRss })
  })
  process.on('disconnect', () => process.exit())
}

void serve()
