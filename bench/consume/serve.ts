import { setTimeout as wait } from 'node:timers/promises'
import { measure, Meter, readOrder } from '../rivals'
import type { Connect, ConsumeTask } from './client'
import { Tally } from './tally'

/** How often it is looked whether the window is over. */
const lookMs = 20

/** The program of a client: reads, measures from the first message on, closes. */
export function serve(connect: Connect): void {
  run(connect).then(
    () => process.exit(),
    error => {
      console.error(error)
      process.exit(1)
    },
  )
}

async function run(connect: Connect): Promise<void> {
  const order = readOrder<ConsumeTask>()
  const meter = new Meter()
  const tally = new Tally(order.task, meter)
  tally.begun.catch(() => undefined)
  const client = await connect(order, tally)
  tally.onEnd(partition => client.rewind(partition))
  await tally.begun
  await measure(
    order,
    async () => {
      while (!meter.isOver) await wait(lookMs)
      await client.close()
      tally.check()
    },
    meter,
  )
}
