import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { clientHost } from '../../../src/broker/server/client-host'

const told: Readonly<Record<string, string>> = {
  '127.0.0.1:5000': '/127.0.0.1',
  'client1:5000': '/client1',
  '[::1]:5000': '/0:0:0:0:0:0:0:1',
  '[::]:5000': '/0:0:0:0:0:0:0:0',
  '[2001:0DB8:0:0:8::417a]:5000': '/2001:db8:0:0:8:0:0:417a',
  '[1:2:3:4:5:6:7:8]:5000': '/1:2:3:4:5:6:7:8',
  '[fe80::1%eth0]:5000': '/fe80:0:0:0:0:0:0:1%eth0',
  '[::ffff:192.0.2.7]:5000': '/192.0.2.7',
}

for (const [remote, expected] of Object.entries(told))
  test(`a client at ${remote} is told as ${expected}, as Java writes addresses`, () => {
    assert.is(clientHost(remote), expected)
  })

test.run()
