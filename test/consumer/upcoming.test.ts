import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ReceivedMessage } from '../../src'
import { FetchMemory } from '../../src/consumer/byte-budget'
import { DeserializedMessage } from '../../src/consumer/deserialized-message'
import type { Piece } from '../../src/consumer/fetched'
import { release, Upcoming } from '../../src/consumer/upcoming'
import { codecs } from '../../src/compression'
import { encodeBatch, readBatches } from '../../src/protocol'

/** Messages of which those that are "bad" cannot be deserialized, in 1,000 bytes of memory. */
function pieceOf(values: readonly string[]) {
  const bytes = encodeBatch(
    values.map(value => ({ key: null, value })),
    { timestamp: 0 },
  )
  const read = readBatches(bytes, { topic: 'orders', partition: 0, codecs, maxDecompressedBytes: 1e6 })
  const messages: ReceivedMessage[] = [...read].flatMap(batch => batch.records())
  const budget = new FetchMemory(10_000).join()
  const position = { offset: BigInt(values.length + 5), leaderEpoch: 7 }
  const piece: Piece = { messages, position, bytes: 1000, holdings: [budget.hold(1000)] }
  return { piece, budget }
}

function deserialized({ messages }: Piece): readonly DeserializedMessage[] {
  const value = (bytes: Buffer): string => {
    if (bytes.toString() === 'bad') throw new Error('no schema')
    return bytes.toString()
  }
  return messages.map(message => {
    const made = new DeserializedMessage(message, { key: undefined, value })
    void made.deserialize()
    return made
  })
}

test('what could not be deserialized is cut out, each part up to where the next one begins', () => {
  const { piece } = pieceOf(['a', 'bad', 'bad', 'b', 'c'])
  const upcoming = new Upcoming()
  upcoming.begin(piece)
  upcoming.end(piece, deserialized(piece))
  const seen: unknown[] = []
  for (let part = upcoming.takePart(); part; part = upcoming.takePart())
    seen.push([part.messages.map(({ offset }) => offset), part.position.offset, part.bytes])
  assert.equal(seen, [
    [[0n], 1n, 200],
    [[1n], 2n, 200],
    [[2n], 3n, 200],
    [[3n, 4n], 10n, 400],
  ])
})

test('the memory of a piece that was cut is held until its last part is let go, and then free', () => {
  const { piece, budget } = pieceOf(['a', 'bad', 'b'])
  const upcoming = new Upcoming()
  upcoming.begin(piece)
  upcoming.end(piece, deserialized(piece))
  release(upcoming.takePart()!)
  release(upcoming.takePart()!)
  assert.is(budget.held, 1000)
  upcoming.drop()
  assert.is(budget.held, 0)
})

test('what is forgotten while it is deserialized is let go once', () => {
  const { piece, budget } = pieceOf(['a', 'bad', 'b'])
  const upcoming = new Upcoming()
  upcoming.begin(piece)
  upcoming.dropUndelivered()
  assert.is(budget.held, 0)
  upcoming.end(piece, deserialized(piece))
  assert.equal([upcoming.isReady, upcoming.isPending, budget.held], [false, false, 0])
})

test.run()
