import { brokerCommand } from './broker/command'
import type { Command } from './command'
import { consumeCommand } from './consume/command'
import { decodeFrames } from './decode'
import { explainFrames } from './explain'
import { frameOptionsHelp } from './frame-source'
import { produceCommand } from './produce/command'
import { topicsCommand } from './topics/command'

export const commands: readonly Command[] = [
  brokerCommand,
  topicsCommand,
  produceCommand,
  consumeCommand,
  {
    name: 'decode',
    summary: 'Kafka frames as JSON, one line each',
    help: `Usage: rx-kafka decode (--request | --response --api NAME --version N | --jsonl) < frames

Reads Kafka frames as hexadecimal text, without the 4 bytes of length, one a line, and prints for each a line of JSON:

  header   the fields of the request or response header
  body     the fields of the body: bytes as base64, uuid as base64url, int64 as decimal strings,
           fields at their default too, record batches as their size
  records  the record batches of Produce requests, Fetch and ShareFetch responses
  hex      the frame encoded again from what was decoded

A frame that cannot be read gives { error, path, offset }: what is wrong, in which field, at which byte.

${frameOptionsHelp}`,
    run: decodeFrames,
  },
  {
    name: 'explain',
    summary: 'Kafka frames as annotated hex dumps',
    help: `Usage: rx-kafka explain (--request | --response --api NAME --version N | --jsonl) < frames

Reads Kafka frames as hexadecimal text, without the 4 bytes of length, one a line, and prints for each one row a field:
offset, bytes, path and value. A frame that cannot be read ends with the line { error, path, offset }.

${frameOptionsHelp}`,
    run: explainFrames,
  },
]
