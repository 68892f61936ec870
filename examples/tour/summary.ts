import type { Column, Ledger } from './ledger'

const columns = {
  sent: 'sent',
  acknowledged: 'acknowledged',
  read: 'read',
  missing: 'missing',
  doubled: 'doubled',
  'out of order': 'outOfOrder',
} as const satisfies Record<string, Column>

/** The books as a table, and what they come to. */
export function summary(ledger: Ledger): string {
  const rows = ledger.rows.map((row, partition) => [
    partition,
    ...Object.values(columns).map(name => row[name]),
  ])
  const totals = ['all', ...Object.values(columns).map(name => ledger.total(name))]
  const verdict = ledger.isBalanced
    ? 'Nothing is lost, nothing is doubled, and every partition is in order.'
    : 'The books do not balance.'
  return [['partition', ...Object.keys(columns)], ...rows, totals].map(line).concat('', verdict).join('\n')
}

function line(cells: readonly (string | number)[]): string {
  return cells.map(cell => String(cell).padStart(12)).join(' ')
}
