import { withConnection, type Connection } from '../connection'
import { Failure } from '../failure'
import { print } from '../print'
import type { Shell } from '../shell'
import { createTopics } from './create'
import { deleteTopics } from './delete'
import { describeTopics } from './describe'
import { listTopics } from './list'
import type { Outcome } from './outcome'
import { topicsOptions, type TopicsOptions } from './options'

/** `rx-kafka topics`: what topics there are, and how they come and go. */
export async function topics(args: readonly string[], shell: Shell): Promise<number> {
  const options = topicsOptions(args)
  const { lines, failure } = await withConnection(options.connection, shell, connection =>
    act(options, connection, shell),
  )
  await print([lines.map(line => `${line}\n`).join('')], shell.stdout)
  if (failure !== undefined) throw new Failure(failure)
  return 0
}

function act(options: TopicsOptions, connection: Connection, shell: Shell): Promise<Outcome> {
  const { client, timeoutMs } = connection
  const context = { client, timeoutMs, clock: shell.clock }
  switch (options.action) {
    case 'list':
      return listTopics(client, options.json)
    case 'create':
      return createTopics(options.wanted, context, options.json)
    case 'describe':
      return describeTopics(options.names, context, options.json)
    case 'delete':
      return deleteTopics(options.names, context, options.json)
  }
}
