import type { Command } from '../command'
import { broker } from './broker'

export const brokerCommand: Command = {
  name: 'broker',
  summary: 'a Kafka cluster for tests, in one process',
  help: `Usage: rx-kafka broker [options]

Runs brokers that speak Kafka's protocol, for any client, until it is interrupted. Nothing is kept on disk.

Options:
  --brokers N           how many; default 1
  --port N              of the first broker, the others follow; default 9092; 0 takes free ones
  --host HOST           where to listen, and what clients are told; default 127.0.0.1
  --advertised-host HOST
                        what clients are told instead, such as for --host 0.0.0.0, which is all addresses
  --topic NAME[:PARTITIONS]
                        a topic that is there from the start; may be given again
  --versions RELEASE    the release of Kafka to stand for: 4.3 (default) or 2.8
  --config NAME=VALUE   a setting of the brokers, such as auto.create.topics.enable=false; may be given again
  --retention-bytes N   over so many bytes in all topics together the oldest records go, which is told;
                        default 1073741824 (1 GiB); -1: never
  -v, --verbose         tell more on standard error

Prints "listening on HOST:PORT,..." when clients may come. Warnings go to standard error.

Exit code: 0 when interrupted; 1 when it cannot listen, 2 when the options cannot be used.
`,
  run: broker,
}
