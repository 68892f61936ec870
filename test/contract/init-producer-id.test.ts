import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, eventually, needs, talking, type Talk } from '../support/talk'

const { InitProducerId } = Apis

const idempotent = { transactionalId: null, transactionTimeoutMs: 60_000 }

/** Asks until the broker has producer ids to give, which it fetches when the first one is wanted. */
async function init(talk: Talk, version: number, changes: Partial<RequestOf<typeof InitProducerId>> = {}) {
  const ask = () => talk.request(InitProducerId, version, { ...idempotent, ...changes })
  const answer = await eventually(ask, told => errorName(told) !== 'COORDINATOR_LOAD_IN_PROGRESS')
  return { error: errorName(answer), id: BigInt(String(answer.producerId)), epoch: answer.producerEpoch }
}

for (const version of [0, 5]) {
  contract(
    `InitProducerId v${version} gives a producer without transactions a new id and epoch 0`,
    needs('InitProducerId', version),
    talking(async talk => {
      const [a, b] = [await init(talk, version), await init(talk, version)]
      assert.is(a.error, 'NONE')
      assert.is(a.epoch, 0)
      assert.ok(a.id >= 0n)
      assert.is(b.error, 'NONE')
      assert.is(b.epoch, 0)
      assert.ok(b.id > a.id)
    }),
  )
}

contract(
  'no two brokers give the same producer id',
  { ...needs('InitProducerId', 2), brokers: 3 },
  talking(async (talk, { brokers }) => {
    const ids = new Set<string>()
    for (const { id } of [...brokers, ...brokers]) {
      const ask = () => talk.broker(id).request(InitProducerId, 2, idempotent)
      const { producerId } = await eventually(ask, ({ errorCode }) => errorCode === 0)
      ids.add(String(producerId))
    }
    assert.is(ids.size, 2 * brokers.length)
  }),
)

contract(
  'without transactions an id is never bumped: whoever names one is given a new one',
  needs('InitProducerId', 3),
  talking(async talk => {
    const { id } = await init(talk, 3)
    const again = await init(talk, 3, { producerId: id, producerEpoch: 0 })
    assert.is(again.error, 'NONE')
    assert.is(again.epoch, 0)
    assert.ok(again.id > id)
  }),
)

contract(
  'an id without an epoch, an epoch without an id, and a transactional id without letters are INVALID_REQUEST',
  needs('InitProducerId', 3),
  talking(async talk => {
    await init(talk, 3)
    for (const changes of [{ producerId: 7 }, { producerEpoch: 3 }, { transactionalId: '' }])
      assert.equal(await init(talk, 3, changes), { error: 'INVALID_REQUEST', id: -1n, epoch: -1 })
  }),
)

contract(
  'how long a transaction may last does not matter to a producer without',
  needs('InitProducerId', 0),
  talking(async talk => {
    for (const transactionTimeoutMs of [0, -5, 2_147_483_647])
      assert.is((await init(talk, 0, { transactionTimeoutMs })).error, 'NONE')
  }),
)

runContract()
