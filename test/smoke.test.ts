import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, KafkaError } from '../src/kernel'

test('an error is recognised by its class and by the root of the tree', () => {
  const error = new ArgumentError('client option hosts', '', 'host:port')
  assert.instance(error, KafkaError)
  assert.instance(error, ArgumentError)
  assert.is(error.message, 'client option hosts: expected host:port, got ""')
})

test.run()
