import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { goldenFrames } from '../golden/golden-frame'
import { runCommand } from './run-command'

const heartbeat = '000c000100000007000161000167000000050001'

test('explain prints each field with its offset, bytes, path and value', async () => {
  const { exitCode, stdout, stderr } = await runCommand(['explain', '--request'], `${heartbeat}6d\n`)
  assert.is(stderr, '')
  assert.is(exitCode, 0)
  assert.is(
    stdout.replace(/ {3,}/g, '  '),
    `# Heartbeat v1 request, 21 bytes
00000000  00 0c  requestApiKey  12
00000002  00 01  requestApiVersion  1
00000004  00 00 00 07  correlationId  7
00000008  00 01  clientId.(length)  1
0000000a  61  clientId  "a"
0000000b  00 01  groupId.(length)  1
0000000d  67  groupId  "g"
0000000e  00 00 00 05  generationId  5
00000012  00 01  memberId.(length)  1
00000014  6d  memberId  "m"

`,
  )
})

test('explain goes as far as the bytes can be read, then tells what is wrong and goes on', async () => {
  const { exitCode, stdout } = await runCommand(['explain', '--request'], `${heartbeat}\n${heartbeat}6d\n`)
  assert.is(exitCode, 1)
  const [damaged, whole] = stdout.split(/\n(?=#)/)
  assert.equal(damaged?.split('\n').slice(-2), [
    '00000012  00 01                                            memberId.(length)  1',
    '{"error":"Heartbeat v1 request: 1 bytes wanted, 0 left","path":"memberId","offset":20}',
  ])
  assert.match(whole ?? '', 'memberId  "m"')
})

test('bytes that no field has are shown too', async () => {
  const { stdout } = await runCommand(['explain', '--request'], `${heartbeat}6d${'0f'.repeat(18)}`)
  assert.equal(stdout.trimEnd().split('\n').slice(-2), [
    `00000015  ${'0f '.repeat(16)} (trailing)  18 bytes`,
    '00000025  0f 0f',
  ])
})

test('record batches are explained down to the header of a record; compressed ones as far as they can be seen', async () => {
  const [plain, gzip] = [64, 29].map(line => goldenFrames.find(frame => frame.line === line)!)
  const input = `${plain!.bytes.toString('hex')}\n${gzip!.bytes.toString('hex')}`
  const { exitCode, stdout } = await runCommand(['explain', '--request'], input)
  assert.is(exitCode, 0)
  const rows = stdout.split('\n').map(row => row.replace(/ {2,}/g, '  '))
  const batch = 'topicData[0].partitionData[0].records.(batch 0)'
  for (const row of [
    `00000047  44 cc 08 02  ${batch}.crc  1154222082`,
    `0000006f  00 00 00 03  ${batch}.count  3`,
    `00000086  02  ${batch}.records[1].timestampDelta  1`,
    `00000089  6b 31  ${batch}.records[1].key  2 bytes`,
    `00000098  68  ${batch}.records[1].headers[0].name  "h"`,
    `0000009d  01  ${batch}.records[1].headers[1].value.(length)  -1`,
    `00000078  1f 8b 08 00 00 00 00 00 00 ff d3 60 60 60 60 c9  ${batch}.(records)  61 bytes of gzip data`,
  ])
    assert.ok(rows.includes(row), row)
})

test.run()
