import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, contractAlone, runContract } from '../support/contract'
import { needsAll, Partition, talking } from '../support/talk'
import { Sequenced } from '../support/talk/sequenced'

const { Produce } = Apis
const producing = needsAll({ InitProducerId: 4, Produce: 9, Fetch: 12 })
const lastSequence = 2 ** 31 - 1

contract(
  'batches in order are written, and their producer fields kept',
  producing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    assert.is(await producer.send(partition, 0, 2), '0')
    assert.is(await producer.send(partition, 2, 3), '2')
    assert.is(await producer.send(partition, 5), '5')
    assert.equal(
      partition
        .batchesOf(await partition.fetch(0))
        .map(batch => [batch.producerId, batch.producerEpoch, batch.baseSequence, batch.count]),
      [
        [producer.id, 0, 0, 2],
        [producer.id, 0, 2, 3],
        [producer.id, 0, 5, 1],
      ],
    )
  }),
)

contract(
  'each of the last five batches, sent again, is answered its offset and not written again; an older one is refused',
  producing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    const sizes = [2, 1, 3, 1, 1, 1]
    const offsets = [0, 2, 3, 6, 7, 8]
    for (const [index, sequence] of offsets.entries())
      assert.is(await producer.send(partition, sequence, sizes[index]), String(sequence))
    for (const index of [5, 1, 3, 2, 4])
      assert.is(await producer.send(partition, offsets[index]!, sizes[index]), String(offsets[index]))
    // The sixth from the end is forgotten. Kafka calls that out of order, not DUPLICATE_SEQUENCE_NUMBER.
    assert.is(await producer.send(partition, 0, 2), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(String((await partition.listOffset(-1)).offset), '9')
    assert.is(await producer.send(partition, 9), '9')
  }),
)

contract(
  'a batch that covers other sequences than one before it is no duplicate',
  producing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    await producer.send(partition, 0, 3)
    await producer.send(partition, 3, 3)
    for (const [sequence, count] of [
      [3, 2],
      [4, 2],
      [5, 1],
      [3, 4],
      [2, 2],
      [0, 6],
    ] as const)
      assert.is(await producer.send(partition, sequence, count), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(String((await partition.listOffset(-1)).offset), '6')
  }),
)

contract(
  'a gap is OUT_OF_ORDER_SEQUENCE_NUMBER, and the batch that was left out is welcome afterwards',
  producing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    await producer.send(partition, 0)
    assert.is(await producer.send(partition, 2), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(partition, 100), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(partition, 1), '1')
    assert.is(await producer.send(partition, 2), '2')
  }),
)

contract(
  'an older epoch is INVALID_PRODUCER_EPOCH, even for what it has written before',
  { needs: [...producing.needs!, { api: 'Produce', version: 3 }] },
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    await producer.send(partition, 0)
    producer.epoch = 1
    assert.is(await producer.send(partition, 0), '1')
    producer.epoch = 0
    for (const sequence of [0, 1])
      for (const version of [3, 9])
        assert.is(await producer.send(partition, sequence, 1, { version }), 'INVALID_PRODUCER_EPOCH')
    producer.epoch = 1
    assert.is(await producer.send(partition, 1), '2')
  }),
)

contract(
  'a newer epoch, however much newer, begins at sequence 0',
  producing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    await producer.send(partition, 0)
    producer.epoch = 5
    assert.is(await producer.send(partition, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(partition, 0, 2), '1')
    assert.is(await producer.send(partition, 0, 2), '1')
    assert.is(await producer.send(partition, 2), '3')
  }),
)

contract(
  'a producer that the partition does not know may begin anywhere, with any epoch',
  producing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    producer.epoch = 3
    assert.is(await producer.send(partition, 17), '0')
    assert.is(await producer.send(partition, 18), '1')
    assert.is(await producer.send(partition, 0), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    producer.epoch = 2
    assert.is(await producer.send(partition, 0), 'INVALID_PRODUCER_EPOCH')
  }),
)

contract(
  'after 2^31 - 1 comes sequence 0, between batches and inside of one',
  producing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const between = await Sequenced.of(talk)
    assert.is(await between.send(partition, lastSequence), '0')
    assert.is(await between.send(partition, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await between.send(partition, 0), '1')
    assert.is(await between.send(partition, lastSequence), '0')
    const inside = await Sequenced.of(talk)
    assert.is(await inside.send(partition, lastSequence - 1, 4), '2')
    assert.is(await inside.send(partition, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await inside.send(partition, lastSequence - 1, 4), '2')
    assert.is(await inside.send(partition, 2), '6')
  }),
)

contract(
  'producers and partitions have sequences of their own',
  producing,
  talking(async (talk, context) => {
    const [first, second] = await Partition.several(talk, context, 2)
    const producer = await Sequenced.of(talk)
    const other = await Sequenced.of(talk)
    assert.is(await producer.send(first!, 0), '0')
    assert.is(await producer.send(second!, 0), '0')
    assert.is(await other.send(first!, 0), '1')
    assert.is(await producer.send(first!, 1), '2')
    assert.is(await producer.send(second!, 1), '1')
  }),
)

contract(
  'acks do not change the checks: with acks 0 a gap closes the connection, and a duplicate does not',
  producing,
  talking(async (talk, context) => {
    const partition = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    assert.is(await producer.send(partition, 0, 1, { acks: 1 }), '0')
    assert.is(await producer.send(partition, 5, 1, { acks: 1 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    const connection = talk.open(partition.leader)
    const tell = (sequence: number) =>
      connection.tell(Produce, 9, partition.produceRequest(producer.batch(sequence), { acks: 0 }))
    tell(0)
    assert.is(await producer.send(partition, 0, 1, { on: connection }), '0')
    tell(7)
    await connection.closed()
    assert.is(await producer.send(partition, 1), '1')
  }),
)

contractAlone(
  'the last batch of a producer is remembered when the broker comes back',
  producing,
  talking(async (talk, context) => {
    const before = await Partition.of(talk, context)
    const producer = await Sequenced.of(talk)
    assert.is(await producer.send(before, 0, 2), '0')
    assert.is(await producer.send(before, 2), '2')
    await context.control.restart(before.leader)
    const partition = await Partition.find(talk, before.topic)
    // Of the batches before it Kafka keeps nothing over a controlled shutdown.
    assert.is(await producer.send(partition, 2), '2')
    assert.is(await producer.send(partition, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
    assert.is(await producer.send(partition, 3), '3')
    const other = await Sequenced.of(talk)
    assert.is.not(other.id, producer.id)
  }),
)

runContract()
