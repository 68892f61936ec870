import { measure, readOrder, readPayload } from '../rivals'
import type { Connect } from './client'
import { paces } from './paces'
import type { Workload } from './workloads'

/** The program of a client: connects, works, measures, closes. */
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
  const order = readOrder<Workload>()
  const client = await connect(order, readPayload(order.payload, order.task.bytes))
  await measure(order, meter => paces[order.task.pace]({ order, client, meter }))
  await client.close()
}
