import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { contract, runContract, type ContractContext } from '../support/contract'

const folder = join(__dirname, '..', '..', 'examples')

/** What an example prints; it fails when the example does. */
async function output(example: string, { bootstrap }: ContractContext, topic: string): Promise<string> {
  const env = { ...process.env, KAFKA_BROKERS: bootstrap, TOPIC: topic }
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, `${example}.js`)], { env })
  return stdout
}

const needs = [{ api: 'DescribeConfigs', version: 1 }] as const

contract('example low-level: writes, reads, commits and asks', { needs }, async ctx => {
  const said = await output('low-level', ctx, await ctx.uniqueTopic(2))
  assert.match(said, /written at offset 0/)
  assert.match(said, /^0: key hello$/m)
  assert.match(said, /^1: null world$/m)
  assert.match(said, /group example goes on at 2/)
  assert.match(said, /as expected: .*UNKNOWN_TOPIC_OR_PARTITION/)
})

contract(
  'examples produce and consume: what one writes the other reads and commits',
  { needs },
  async ctx => {
    const topic = await ctx.uniqueTopic(3)
    const produced = await output('produce', ctx, topic)
    assert.match(produced, /two messages in partition \d from offset 0/)
    assert.match(produced, /one with a header at offset \d/)
    assert.match(produced, /1000 more/)
    assert.match(await output('consume', ctx, topic), /all 1003 messages read and committed/)
  },
)

contract('example tour: nothing is lost, doubled or re-ordered', { needs }, async ctx => {
  assert.match(await output('tour', ctx, ''), /20000 written, 20000 read, 0 out of order, 50 keys seen/)
})

runContract()
