import type { Ledger, Row } from './ledger'

export interface Scene {
  readonly ledger: Ledger
  /** How many orders there will be. */
  readonly messages: number
  /** The partitions that each reader reads. */
  readonly readers: readonly (readonly number[])[]
}

/** Orders per second. */
export interface Speed {
  readonly written: number
  readonly read: number
}

const barWidth = 40

/** The state of the tour in one line. */
export function line({ ledger, messages }: Scene, speed: Speed): string {
  const written = ledger.total('acknowledged')
  return `${written} of ${messages} written, ${ledger.read} read, lag ${ledger.total('lag')}, ${speed.written}/s`
}

/** The state of the tour in several lines. */
export function picture({ ledger, messages, readers }: Scene, speed: Speed): readonly string[] {
  const written = ledger.total('acknowledged')
  const rows = readers.flatMap((partitions, reader) =>
    partitions.map(partition => partitionLine(partition, reader, ledger.rows[partition]!)),
  )
  return [
    `written ${bar(written / messages)} ${cell(written)} ${cell(speed.written)}/s`,
    `read    ${bar(ledger.read / messages)} ${cell(ledger.read)} ${cell(speed.read)}/s`,
    '',
    'partition   written      read  lag',
    ...rows,
  ]
}

function partitionLine(partition: number, reader: number, { acknowledged, read, lag }: Row): string {
  const dots = '·'.repeat(Math.min(30, Math.ceil(lag / 10)))
  return `${cell(partition)}  ${cell(acknowledged)}  ${cell(read)}  ${dots} ${lag}  reader ${reader + 1}`
}

const cell = (number: number): string => String(number).padStart(8)

function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * barWidth)
  return '█'.repeat(full) + '░'.repeat(barWidth - full)
}
