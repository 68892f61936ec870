import { test } from 'uvu'
import { refuseTruncations } from './refuse-truncations'

test('every truncation of every recorded request is refused, naming a field and a byte of it', () => {
  refuseTruncations('request')
})

test.run()
