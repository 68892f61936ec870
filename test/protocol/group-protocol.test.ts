import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, ProtocolError } from '../../src/kernel'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../src/protocol'

const test = suite('Group protocol')
const owned = [{ topic: 'a', partitions: [0, 2] }]
const full = {
  topics: ['a', 'b'],
  userData: Buffer.from([1]),
  ownedPartitions: owned,
  generationId: 4,
  rackId: 'r',
}

test('a subscription has its version before it and is read back whole', () => {
  const data = encodeSubscription(full)
  assert.is(data.readInt16BE(0), 3)
  assert.equal(decodeSubscription(data), full)
})

test('an older version of a subscription leaves out what it cannot say', () => {
  const data = encodeSubscription(full, 0)
  assert.is(data.toString('hex'), '0000' + '00000002' + '000161' + '000162' + '0000000101')
  const { topics, userData } = full
  assert.equal(decodeSubscription(data), {
    topics,
    userData,
    ownedPartitions: [],
    generationId: -1,
    rackId: null,
  })
})

test('a version to come is read as the highest that we know, and what it adds is left', () => {
  const data = Buffer.concat([encodeSubscription(full), Buffer.from('more of it')])
  data.writeInt16BE(9)
  assert.equal(decodeSubscription(data), full)
})

test('a subscription that ends before the fields of its version has their defaults', () => {
  for (const written of [0, 1, 2]) {
    const data = encodeSubscription(full, written)
    const said = decodeSubscription(data)
    data.writeInt16BE(written + 1)
    assert.equal(decodeSubscription(data), said)
    assert.throws(() => decodeSubscription(data.subarray(0, -1)), /^ConsumerProtocolSubscription v/)
  }
})

test('an assignment is read back', () => {
  const assignment = { assignedPartitions: owned, userData: null }
  const data = encodeAssignment({ assignedPartitions: owned }, 1)
  assert.is(
    data.toString('hex'),
    '0001' + '00000001' + '000161' + '00000002' + '00000000' + '00000002' + 'ffffffff',
  )
  assert.equal(decodeAssignment(data), assignment)
})

test('no bytes at all assign nothing', () => {
  assert.equal(decodeAssignment(Buffer.alloc(0)), { assignedPartitions: [], userData: null })
})

test('what is no subscription is a ProtocolError that says where', () => {
  const refused: [string, string][] = [
    ['', 'ConsumerProtocolSubscription: version, byte 0: the version is cut off'],
    ['00', 'ConsumerProtocolSubscription: version, byte 0: the version is cut off'],
    ['ffff', 'ConsumerProtocolSubscription: version, byte 0: version -1 is below 0'],
    [
      '000000000001',
      'ConsumerProtocolSubscription v0: topics.(count), byte 6: 1 elements announced, 0 bytes left',
    ],
  ]
  for (const [hex, text] of refused) {
    assert.throws(
      () => decodeSubscription(Buffer.from(hex, 'hex')),
      (error: unknown) => error instanceof ProtocolError && error.message === text,
      text,
    )
  }
})

test('a version that nobody knows cannot be written', () => {
  assert.throws(
    () => encodeSubscription(full, 4),
    (error: unknown) => error instanceof ArgumentError,
  )
  assert.throws(
    () => encodeAssignment({ assignedPartitions: [] }, -1),
    (error: unknown) => error instanceof ArgumentError,
  )
})

test.run()
