import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, eventually, needs, talking, type Talk } from '../support/talk'

const { FindCoordinator } = Apis
const group = 0
const transaction = 1

/** `node at host:port` of the coordinator, as soon as there is one. */
async function find(talk: Talk, version: number, key: string, keyType = group): Promise<string> {
  const body = version > 0 ? { key, keyType } : { key }
  const ask = () => talk.request(FindCoordinator, version, body)
  const { nodeId, host, port, errorMessage } = await eventually(ask, ({ errorCode }) => errorCode === 0)
  assert.is(errorMessage, version > 0 ? 'NONE' : '')
  return `${nodeId} at ${host}:${port}`
}

/** The same of several, by the requests that ask for many at once. */
async function findAll(talk: Talk, version: number, coordinatorKeys: readonly string[], keyType = group) {
  const ask = () => talk.request(FindCoordinator, version, { keyType, coordinatorKeys: [...coordinatorKeys] })
  const { coordinators } = await eventually(ask, answer =>
    answer.coordinators.every(({ errorCode }) => errorCode === 0),
  )
  assert.ok(coordinators.every(({ errorMessage }) => errorMessage === ''))
  return coordinators.map(({ key, nodeId, host, port }) => [key, `${nodeId} at ${host}:${port}`])
}

const places = ({ brokers }: ContractContext) =>
  brokers.map(({ id, host, port }) => `${id} at ${host}:${port}`)

contract(
  'the coordinator of a group is one of the brokers, the same in every version',
  needs('FindCoordinator', 0, 3, 4, 6),
  talking(async (talk, context) => {
    const key = context.uniqueName('group')
    const place = await find(talk, 0, key)
    assert.ok(places(context).includes(place))
    for (const version of [1, 3]) assert.is(await find(talk, version, key), place)
    for (const version of [4, 6]) assert.equal(await findAll(talk, version, [key]), [[key, place]])
  }),
)

contract(
  'the coordinator of a transactional id is one of the brokers, the same in every version',
  needs('FindCoordinator', 1, 3, 4, 6),
  talking(async (talk, context) => {
    const key = context.uniqueName('transaction')
    const place = await find(talk, 1, key, transaction)
    assert.ok(places(context).includes(place))
    assert.is(await find(talk, 3, key, transaction), place)
    for (const version of [4, 6])
      assert.equal(await findAll(talk, version, [key], transaction), [[key, place]])
  }),
)

contract(
  'several coordinators at once are found in the order asked for, one for each key, repeated or empty',
  needs('FindCoordinator', 4),
  talking(async (talk, { uniqueName }) => {
    const [a, b] = [uniqueName('group'), uniqueName('group')]
    const found = await findAll(talk, 4, [b, a, '', b])
    assert.equal(
      found.map(([key]) => key),
      [b, a, '', b],
    )
    assert.equal(found[0], found[3])
    assert.equal(await findAll(talk, 4, []), [])
  }),
)

contract(
  'every broker names the same coordinator',
  { ...needs('FindCoordinator', 4), brokers: 3 },
  talking(async (talk, { brokers, uniqueName }) => {
    const keys = Array.from({ length: 10 }, () => uniqueName('group'))
    const expected = await findAll(talk, 4, keys)
    for (const { id } of brokers) {
      const ask = () => talk.broker(id).request(FindCoordinator, 4, { keyType: group, coordinatorKeys: keys })
      const { coordinators } = await eventually(ask, answer =>
        answer.coordinators.every(({ errorCode }) => errorCode === 0),
      )
      assert.equal(
        coordinators.map(({ key, nodeId, host, port }) => [key, `${nodeId} at ${host}:${port}`]),
        expected,
      )
    }
  }),
)

contract(
  'groups are spread over the brokers',
  { ...needs('FindCoordinator', 4), brokers: 3 },
  talking(async (talk, { uniqueName }) => {
    const keys = Array.from({ length: 60 }, () => uniqueName('group'))
    const found = await findAll(talk, 4, keys)
    assert.is(new Set(found.map(([, place]) => place)).size, 3)
  }),
)

contract(
  'a kind of coordinator that there is not is INVALID_REQUEST: the whole answer, from v4 on key by key',
  needs('FindCoordinator', 1, 3, 4, 6),
  talking(async (talk, { uniqueName }) => {
    const key = uniqueName('group')
    const nowhere = { nodeId: -1, host: '', port: -1 }
    for (const version of [1, 3]) {
      const answer = await talk.request(FindCoordinator, version, { key, keyType: 3 })
      const { nodeId, host, port } = answer
      assert.is(errorName(answer), 'INVALID_REQUEST')
      assert.equal({ nodeId, host, port }, nowhere)
    }
    for (const version of [4, 6]) {
      const body = { keyType: 3, coordinatorKeys: [key, 'other'] }
      const { coordinators } = await talk.request(FindCoordinator, version, body)
      assert.equal(
        coordinators.map(one => [one.key, errorName(one), one.nodeId, one.host, one.port]),
        [key, 'other'].map(name => [name, 'INVALID_REQUEST', -1, '', -1]),
      )
    }
  }),
)

runContract()
