import type { Client } from './client'
import { administers, creates } from './cases-admin'
import { goesOn, goesOnAfterUs, shares, sharesWithUs } from './cases-group'
import { followsLeader } from './cases-leader'
import { readsOurs, writes } from './cases-messages'
import { transacts } from './cases-transactions'
import type { Scene } from './scene'

/** What every client must be able to do; `does` completes a sentence that begins with its name. */
export interface ClientCase {
  readonly does: string
  /** At least so many; default 1. */
  readonly brokers?: number
  readonly run: (there: Scene) => Promise<void>
}

const common: readonly ClientCase[] = [
  { does: 'creates a topic', run: creates },
  { does: 'reads what we write in every codec it has', run: readsOurs },
  { does: 'goes on in a group where its first consumer stopped', run: goesOn },
  { does: 'goes on in a group where we committed', run: goesOnAfterUs },
  { does: 'writes and reads on where a partition has a new leader', brokers: 3, run: followsLeader },
  { does: 'shares partitions with a second consumer of its group, and takes them back', run: shares },
  { does: 'shares partitions with a member of ours, whoever of both leads', run: sharesWithUs },
]

/** The cases of a client: one for each codec it has, and one for each other thing it does. */
export function casesOf({
  codecs,
  alwaysIdempotent = false,
  hasAdmin = true,
  hasTransactions = false,
}: Client): ClientCase[] {
  const writing = codecs.map(codec => ({
    does: `writes ${codec}, and it and we read it back`,
    run: (there: Scene) => writes(there, codec, alwaysIdempotent),
  }))
  const idempotent = {
    does: 'writes with a producer id, and it and we read it back',
    run: (there: Scene) => writes(there, 'gzip', true),
  }
  const admin = { does: 'looks at a topic and a group, changes and removes them', run: administers }
  const transactions = {
    does: 'commits and aborts transactions, with offsets of its group',
    run: transacts,
  }
  return [
    ...common,
    ...writing,
    ...(alwaysIdempotent ? [] : [idempotent]),
    ...(hasAdmin ? [admin] : []),
    ...(hasTransactions ? [transactions] : []),
  ]
}
