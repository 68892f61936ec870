import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Apis, errorRow } from '../../../src/protocol'
import { Asker, groupId } from './asker'

const nameOf = (code: number) => errorRow(code).name

async function withOffsets(versions: '4.3' | '2.8' = '4.3'): Promise<Asker> {
  const asker = await Asker.start({ versions })
  const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }]
  const topics = [{ name: 'orders', partitions }]
  await asker.ask(Apis.OffsetCommit, 8, { groupId, memberId: '', generationIdOrMemberEpoch: -1, topics })
  return asker
}

test('a group is described in every version, and what may be done with it where that is asked', async () => {
  for (const [versions, last, all] of [
    ['4.3', 6, 3400],
    ['2.8', 5, 328],
  ] as const) {
    const asker = await withOffsets(versions)
    for (let version = 0; version <= last; version++) {
      const body = { groups: [groupId], includeAuthorizedOperations: version >= 3 }
      const [group] = (await asker.ask(Apis.DescribeGroups, version, body)).groups
      assert.equal([group!.errorCode, group!.groupState, group!.members], [0, 'Empty', []])
      assert.is(group!.authorizedOperations, version < 3 ? -2147483648 : all)
    }
    const unasked = { groups: [groupId], includeAuthorizedOperations: false }
    const [group] = (await asker.ask(Apis.DescribeGroups, 5, unasked)).groups
    assert.is(group!.authorizedOperations, -2147483648)
    await asker.rig.close()
  }
})

test('a group that does not exist is Dead, and from version 6 on an error', async () => {
  const asker = await withOffsets()
  const describe = async (version: number) =>
    (await asker.ask(Apis.DescribeGroups, version, { groups: ['none'], includeAuthorizedOperations: false }))
      .groups[0]!
  const before = await describe(5)
  assert.equal([before.errorCode, before.groupState], [0, 'Dead'])
  const since = await describe(6)
  assert.equal([nameOf(since.errorCode), since.groupState], ['GROUP_ID_NOT_FOUND', 'Dead'])
  assert.is(since.errorMessage, 'Group none not found.')
  await asker.rig.close()
})

test('groups are listed in every version, by state from 4 on and by type from 5 on', async () => {
  const asker = await withOffsets()
  for (let version = 0; version <= 5; version++) {
    const { groups } = await asker.ask(Apis.ListGroups, version, { statesFilter: [], typesFilter: [] })
    const states = [version < 4 ? '' : 'Empty', version < 5 ? '' : 'classic']
    assert.equal(groups, [{ groupId, protocolType: '', groupState: states[0]!, groupType: states[1]! }])
  }
  const listed = async (statesFilter: string[], typesFilter: string[]) =>
    (await asker.ask(Apis.ListGroups, 5, { statesFilter, typesFilter })).groups.length
  assert.equal([await listed(['stable'], []), await listed([], ['consumer'])], [0, 0])
  assert.is(await listed(['empty'], ['classic']), 1)
  await asker.rig.close()
})

test('a broker lists, describes and deletes only the groups that it coordinates', async () => {
  const asker = await Asker.start({ brokers: 2 })
  const other = asker.stranger()
  const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }]
  const topics = [{ name: 'orders', partitions }]
  await asker.ask(Apis.OffsetCommit, 8, { groupId, memberId: '', generationIdOrMemberEpoch: -1, topics })
  const countOf = async (one: Asker) =>
    (await one.ask(Apis.ListGroups, 5, { statesFilter: [], typesFilter: [] })).groups.length
  assert.equal([await countOf(asker), await countOf(other)], [1, 0])
  const ask = { groups: [groupId], includeAuthorizedOperations: false }
  assert.is(nameOf((await other.ask(Apis.DescribeGroups, 6, ask)).groups[0]!.errorCode), 'NOT_COORDINATOR')
  const wrong = await other.ask(Apis.DeleteGroups, 2, { groupsNames: [groupId] })
  assert.is(nameOf(wrong.results[0]!.errorCode), 'NOT_COORDINATOR')
  const right = await asker.ask(Apis.DeleteGroups, 2, { groupsNames: [groupId] })
  assert.equal(right.results, [{ groupId, errorCode: 0 }])
  await asker.rig.close()
})

test('groups are deleted in every version, each with its own answer', async () => {
  for (const version of [0, 1, 2]) {
    const asker = await withOffsets()
    const { results } = await asker.ask(Apis.DeleteGroups, version, { groupsNames: [groupId, 'none'] })
    assert.equal(
      results.map(({ errorCode }) => nameOf(errorCode)),
      ['NONE', 'GROUP_ID_NOT_FOUND'],
    )
    await asker.rig.close()
  }
})

test.run()
