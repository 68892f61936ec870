import { test } from 'uvu'
import { refuseTruncations } from './refuse-truncations'

test('every truncation of every recorded request is refused, naming field and byte', () => {
  refuseTruncations(({ side }) => side === 'request')
})

test.run()
