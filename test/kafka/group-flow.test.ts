import * as assert from 'uvu/assert'
import { javaConsole } from '../support/clients'
import { contract, runContract } from '../support/contract'
import { GroupFlow } from '../support/group-flow'

const messages = Number(process.env['MESSAGES'] ?? 10_000)

contract(
  "ours and Java's divide what flows, and come and go: all is done once, and committed",
  { needs: [{ api: 'SyncGroup', version: 0 }] },
  async ctx => {
    const { kafkaVersion: version, bootstrap } = ctx
    // What Java has done is only known in the end.
    const checks = { commits: false, releases: false }
    const flow = await GroupFlow.within(ctx, { messages, steps: 5, portions: 200, checks }, async flow => {
      const { topic, groupId: group } = flow
      await flow.step(() => flow.join(), { a: 12 })
      const java = await javaConsole({ version, bootstrap }).join({ topic, group })
      await flow.step(() => undefined, { a: 6 })
      await flow.step(() => flow.join(), { a: 4, b: 4 })
      await flow.step(
        async () => {
          await java.leave()
          for (const { partition, offset, value } of java.seen())
            flow.books.done.note(partition, Number(offset), value!)
        },
        { a: 6, b: 6 },
      )
      assert.ok(java.seen().length > 0)
      await flow.step(() => flow.members[0]!.group.close(), { b: 12 })
    })
    assert.is(flow.books.done.again, 0)
  },
)

runContract()
