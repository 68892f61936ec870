import { BrokerProcess } from './broker-process'
import { writers, type Writer } from './producers'

/**
 * `npm run bench -- broker`: what one embedded broker takes from one producer process, on loopback. CPU time and memory
 * are those of the broker's process alone; messages are counted in its log.
 */
async function main(): Promise<void> {
  console.log('one embedded broker, messages of 100 B, acks all')
  for (const writer of writers)
    await measure(writer).catch(error => console.log(`  ${writer.name}: ${String(error)}`))
}

async function measure({ name, messages, write }: Writer): Promise<void> {
  const broker = await BrokerProcess.start()
  await write(broker.bootstrap, messages / 10)
  const before = await broker.figures()
  const started = performance.now()
  await write(broker.bootstrap, messages)
  const seconds = (performance.now() - started) / 1000
  const after = await broker.figures()
  broker.stop()
  const written = after.messages - before.messages
  const cpu = ((after.cpuUs - before.cpuUs) * 1000) / written
  const rate = Math.round(written / seconds)
  const memory = `log ${mb(after.logBytes)}, peak RSS ${mb(after.peakRss)}`
  console.log(
    `  ${name}: ${written} in the log of ${messages}, ${rate}/s, ${cpu.toFixed(0)} ns of CPU each, ${memory}`,
  )
}

const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

void main()
