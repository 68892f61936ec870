import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { numbered } from '../reading'
import { ServedLog, topic } from '../served-log'
import { Watched, Work } from '../watched'

const at = { topic, partition: 0 }
const billing = { groupId: 'billing', maxBatchMessages: 10 }
const onError = 'pause'

async function served50(): Promise<ServedLog> {
  const served = await ServedLog.start({ brokers: 2 })
  for (let i = 0; i < 5; i++) served.append(numbered(10, 10 * i))
  return served
}

for (const face of ['process', 'processEach'] as const)
  test(`${face} with onError pause: what a seek passed over and fails then is not begun again`, async () => {
    const served = await served50()
    const work = new Work()
    const { consumer } = new Watched<unknown>(served, billing, consumer =>
      face === 'process'
        ? consumer.process(({ firstOffset }) => work.byHand(firstOffset), { onError })
        : consumer.processEach(({ offset }) => work.byHand(offset), { onError }),
    )
    await served.clock.until(() => work.begun.length === 1)
    consumer.seek(at, 40)
    await served.clock.advance(1000)
    work.fail.get(0n)!(new Error('down'))
    await served.clock.advance(1000)
    consumer.resume()
    await served.clock.advance(1000)
    assert.equal(work.begun, [0n, 40n])
  })

test('process with onError pause: what waits for resume is kept when the log is truncated behind it', async () => {
  const served = await served50()
  const seen: bigint[] = []
  let isDown = true
  const watched = new Watched(served, billing, consumer =>
    consumer.process(
      ({ firstOffset }) => {
        seen.push(firstOffset)
        if (isDown) throw new Error('down')
      },
      { onError },
    ),
  )
  await served.clock.until(() => watched.of('paused').length > 0)
  const bufferedBytes = () => watched.consumer.explain()[0]!.bufferedBytes
  assert.ok(bufferedBytes() > 0)
  served.truncateFrom(30n)
  served.moveLeader(0, 2)
  served.append(numbered(10, 30))
  // What was fetched behind it is forgotten.
  await served.clock.until(() => bufferedBytes() === 0, 5000)
  isDown = false
  watched.consumer.resume()
  await served.clock.until(() => served.committed.get(0) === 40n)
  assert.equal(seen, [0n, 0n, 10n, 20n, 30n])
})

test.run()
