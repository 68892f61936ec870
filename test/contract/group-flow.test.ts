import * as assert from 'uvu/assert'
import { contract, runContract } from '../support/contract'
import { GroupFlow } from '../support/group-flow'
import { BrokerProxy } from '../support/proxy'

const messages = Number(process.env['MESSAGES'] ?? 10_000)
const needs = [{ api: 'SyncGroup', version: 0 }] as const

contract(
  '1, 2, 3, 2, 1 members divide what flows: all is done once, each partition by one at a time, and committed',
  { needs, brokers: 3 },
  async ctx => {
    const flow = await GroupFlow.within(ctx, { messages, steps: 5 }, async flow => {
      await flow.step(() => flow.join(), { a: 12 })
      await flow.step(() => flow.join(), { a: 6, b: 6 })
      await flow.step(() => flow.join(), { a: 4, b: 4, c: 4 })
      await flow.step(() => flow.members[1]!.group.close(), { a: 6, c: 6 })
      await flow.step(() => flow.members[0]!.group.close(), { c: 12 })
    })
    assert.is(flow.books.done.again, 0)
    assert.is(
      flow.members.reduce((sum, member) => sum + member.count('lost'), 0),
      0,
    )
  },
)

contract(
  'a member is cut off while messages flow: it lets go before others have its partitions, and nothing is lost',
  { needs, brokers: 3 },
  async ctx => {
    const proxy = await BrokerProxy.start(ctx.brokers, () => undefined)
    const checks = { commits: true, releases: false }
    try {
      const flow = await GroupFlow.within(ctx, { messages, steps: 4, checks }, async flow => {
        const client = flow.client({ mapAddress: proxy.mapAddress }, proxy.bootstrap)
        await flow.step(() => flow.join(), { a: 12 })
        await flow.step(() => flow.join({ client }), { a: 6, b: 6 })
        await flow.step(() => proxy.close(), { a: 12 })
        flow.books.ownership.absent.add('b')
        await flow.step(() => flow.join(), { a: 6, c: 6 })
      })
      assert.equal(
        flow.members.map(member => member.count('lost')),
        [0, 1, 0],
      )
    } finally {
      await proxy.close()
    }
  },
)

runContract()
