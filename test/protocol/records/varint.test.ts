import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readVarlong, varintSize, writeVarint, writeVarlong } from '../../../src/protocol/records/varint'

function varint(value: number): string {
  const bytes = Buffer.alloc(10)
  const end = writeVarint(bytes, 0, value)
  assert.is(end, varintSize(value), `${value}`)
  return bytes.toString('hex', 0, end)
}

function varlong(value: number): string {
  const bytes = Buffer.alloc(10)
  const end = writeVarlong(bytes, 0, value)
  assert.is(readVarlong(bytes, 0), BigInt(value))
  return bytes.toString('hex', 0, end)
}

test('numbers are written in zigzag order, seven bits a byte, lowest first', () => {
  assert.equal([0, -1, 1, -2, 63, -64, 64, -65].map(varint), [
    '00',
    '01',
    '02',
    '03',
    '7e',
    '7f',
    '8001',
    '8101',
  ])
  assert.equal([8191, -8192, 8192, -8193].map(varint), ['fe7f', 'ff7f', '808001', '818001'])
  assert.equal([1048575, 1048576].map(varint), ['feff7f', '80808001'])
  assert.equal([2 ** 31 - 1, -(2 ** 31)].map(varint), ['feffffff0f', 'ffffffff0f'])
})

test('larger numbers take up to ten bytes and read back exactly', () => {
  assert.equal([2 ** 31, -(2 ** 31) - 1].map(varlong), ['8080808010', '8180808010'])
  assert.is(varlong(Number.MAX_SAFE_INTEGER), 'feffffffffffff1f')
  assert.is(varlong(-Number.MAX_SAFE_INTEGER), 'fdffffffffffff1f')
  assert.is(varlong(5), '0a')
})

test('all 64 bits are read', () => {
  assert.is(readVarlong(Buffer.from('ffffffffffffffffff01', 'hex'), 0), -(2n ** 63n))
  assert.is(readVarlong(Buffer.from('feffffffffffffffff01', 'hex'), 0), 2n ** 63n - 1n)
})

test.run()
