import type { Command } from '../command'
import { connectionHelp } from '../connection'
import { topics } from './topics'

export const topicsCommand: Command = {
  name: 'topics',
  summary: 'list, create, describe and delete topics',
  help: `Usage: rx-kafka topics list [options]
       rx-kafka topics create NAME[:PARTITIONS]... [options]
       rx-kafka topics describe [NAME...] [options]
       rx-kafka topics delete NAME... [options]

Options:
  --partitions N        of topics to create; default: what the cluster takes
  --replication-factor N
                        how many brokers have each partition; default: what the cluster takes
  --config NAME=VALUE   a setting of topics to create, such as retention.ms=3600000; may be given again
  --json                print a line of JSON for each topic
${connectionHelp}
Exit code: 0; 1 when something could not be done, 2 when the options cannot be used.
`,
  run: topics,
}
