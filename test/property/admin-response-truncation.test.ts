import { test } from 'uvu'
import { refuseTruncations } from './refuse-truncations'

/** CreateTopics and what came after: administration, transactions, newer groups. */
const firstKey = 19

test('every truncation of every other recorded response is refused, naming field and byte', () => {
  refuseTruncations(({ side, api }) => side === 'response' && api.key >= firstKey)
})

test.run()
