/**
 * The main job in a few seconds: orders are written, a service with two readers reads them, a partition gets another
 * leader in the middle of it, and in the end the books are compared.
 *
 *     npm run demo                                    on three brokers inside this process
 *     npm run demo -- --bootstrap localhost:9092      on a cluster of yours
 *     npm run demo -- --help                          what else there is
 */
import { concatMap, elementAt, lastValueFrom, merge, share, takeWhile, tap, throwError, timeout } from 'rxjs'
import { KafkaClient } from 'rx-kafka'
import { openEmbeddedStage } from './tour/embedded-stage'
import { openGivenStage } from './tour/given-stage'
import { leadersFound } from './tour/leaders-found'
import { Ledger } from './tour/ledger'
import { tourOptions, usage, UsageError, type TourOptions } from './tour/options'
import { readOrders } from './tour/read-orders'
import { openScreen } from './tour/screen'
import type { Stage } from './tour/stage'
import { summary } from './tour/summary'
import { writeOrders } from './tour/write-orders'

const topic = { name: `tour-${Date.now()}`, partitions: 6 }
const patienceMs = 15_000
const readers = [
  [0, 1, 2],
  [3, 4, 5],
]

async function main(): Promise<void> {
  const options = tourOptions(process.argv.slice(2))
  if (options.help) return console.log(usage)
  const ledger = new Ledger(topic.partitions)
  const { bootstrap } = options
  const stage = await (bootstrap ? openGivenStage(bootstrap, topic) : openEmbeddedStage(topic))
  try {
    await play(stage, ledger, options)
  } finally {
    await stage.close()
    console.log(summary(ledger))
  }
  if (!ledger.isBalanced) process.exitCode = 1
}

async function play(stage: Stage, ledger: Ledger, { messages, rate }: TourOptions): Promise<void> {
  const client = new KafkaClient(stage.bootstrap, { clientId: 'tour' })
  const screen = openScreen(process.stdout, { ledger, messages, readers })
  screen.tell(stage.description)
  screen.tell(`${messages} orders for topic ${topic.name} with ${topic.partitions} partitions, two readers`)

  const written$ = writeOrders(client, topic.name, { messages, rate }, ledger).pipe(share())
  const read$ = merge(...readers.map(partitions => readOrders(client, topic.name, partitions, ledger))).pipe(
    takeWhile(() => ledger.read < messages, true),
    timeout({ each: patienceMs, with: () => throwError(() => new Error('nothing is read any more')) }),
  )
  const moved$ = written$.pipe(
    elementAt(Math.floor(messages / 2)),
    concatMap(() => stage.moveLeader(client, { topic: topic.name, partition: 2 })),
    tap(news => screen.tell(news)),
  )
  const found = leadersFound(client).subscribe(news => screen.tell(news))
  try {
    await lastValueFrom(merge(written$, read$, moved$))
    await client.close()
  } finally {
    found.unsubscribe()
    screen.close()
    await client.stop()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
