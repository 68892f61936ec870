import type { WriteStream } from 'node:tty'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Ledger } from '../../examples/tour/ledger'
import { openScreen } from '../../examples/tour/screen'

/** A stream that keeps what is written. */
function screenOn({ isTTY }: { readonly isTTY: boolean }) {
  const written: string[] = []
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as WriteStream
  const ledger = new Ledger(2)
  return { written, ledger, screen: openScreen(stream, { ledger, messages: 100, readers: [[0], [1]] }) }
}

test('on a terminal the picture is drawn over the one before, and news stay above it', () => {
  const { written, ledger, screen } = screenOn({ isTTY: true })
  screen.tell('it begins')
  for (let i = 0; i < 50; i++) ledger.noteAcknowledged(1)
  screen.close()
  const [first, second] = written.map(text => text.split('\n').map(line => line.replace('\x1b[K', '')))
  assert.is(first![0], ' 0.0 s  it begins')
  assert.match(first![1]!, /^written ░+ +0 +0\/s$/)
  const height = first!.length - 2
  assert.ok(second![0]!.startsWith(`\x1b[${height}Awritten ████████████████████░░░░░░░░░░░░░░░░░░░░ `))
  assert.match(second!.at(-3)!, /^ +1 +50 +0 +·+ 50 +reader 2$/)
})

test('elsewhere there are lines, and no signs that only a terminal understands', () => {
  const { written, screen } = screenOn({ isTTY: false })
  screen.tell('it begins')
  screen.close()
  assert.equal(written, [' 0.0 s  it begins\n', '\n'])
})

test.run()
