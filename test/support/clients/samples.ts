import type { Sample, Seen } from './client'

/** Keys, nulls, headers, and enough repetition that every codec has something to do. */
export const samples: readonly Sample[] = [
  { key: 'key', value: 'value', headers: [['trace', '7']] },
  { key: null, value: 'no key', headers: [['no', 'key']] },
  { key: 'tombstone', value: null, headers: [['no', 'value']] },
  { key: '', value: '', headers: [['empty', '']] },
  {
    key: 'ключ',
    value: 'значение',
    headers: [
      ['заголовок', 'да'],
      ['second', 'b'],
    ],
  },
  ...numbered(100),
]

/** So many different messages, each with a key of its own. */
export function numbered(count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => ({
    key: `k${i}`,
    value: `value ${i} `.repeat(30).trim(),
    headers: [['number', String(i)]],
  }))
}

/** What is equal when a message came through unharmed. */
export function contentOf({ key, value, headers }: Sample | Seen): Sample {
  return { key, value, headers: headers.map(([name, one]) => [name, String(one)]) }
}
