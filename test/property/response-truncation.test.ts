import { test } from 'uvu'
import { refuseTruncations } from './refuse-truncations'

test('every truncation of every recorded response is refused, naming a field and a byte of it', () => {
  refuseTruncations('response')
})

test.run()
