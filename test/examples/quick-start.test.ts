import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runExample } from '../support/run-example'

test('example quick-start writes and reads with nothing but itself', async () => {
  const said = await runExample('quick-start.mjs')
  assert.match(said, /^written to partition [0-5] from offset 0\nuser-1 created\nuser-1 paid\n$/)
})

test.run()
