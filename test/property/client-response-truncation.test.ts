import { test } from 'uvu'
import { refuseTruncations } from './refuse-truncations'

/** ApiVersions, the last of the APIs that a client of the first years needed. */
const lastKey = 18

test('every truncation of every recorded response to a producer or consumer is refused, naming field and byte', () => {
  refuseTruncations(({ side, api }) => side === 'response' && api.key <= lastKey)
})

test.run()
