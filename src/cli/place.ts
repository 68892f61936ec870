import type { Shell } from './shell'

/** Where the cluster is, and who says so. */
export interface Place {
  readonly hosts: string
  /** In words. */
  readonly source: string
}

const otherwise = '--bootstrap HOST:PORT says where the cluster is'

/** What was given, else $KAFKA_BROKERS, else this machine. */
export function placeOf(
  { bootstrap }: { readonly bootstrap?: string | undefined },
  { env }: Pick<Shell, 'env'>,
): Place {
  if (bootstrap !== undefined) return { hosts: bootstrap, source: `--bootstrap says ${bootstrap}` }
  const hosts = env['KAFKA_BROKERS']
  if (hosts) return { hosts, source: `KAFKA_BROKERS says ${hosts}; ${otherwise}` }
  return { hosts: 'localhost:9092', source: `localhost:9092 is the default; ${otherwise}` }
}
