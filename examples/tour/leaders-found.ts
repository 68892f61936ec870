import { filter, map, type Observable } from 'rxjs'
import type { KafkaClient } from 'rx-kafka'

/** Tells, in words, when the client notices that a partition has another leader. */
export function leadersFound(client: KafkaClient): Observable<string> {
  return client.events$.pipe(
    filter(event => event.type === 'leader-changed'),
    map(({ at, leader }) => `the client found it: broker ${leader} leads partition ${at.partition}`),
  )
}
