import type { Command } from '../command'
import { connectionHelp } from '../connection'
import { produce } from './produce'

export const produceCommand: Command = {
  name: 'produce',
  summary: 'lines of standard input as messages',
  help: `Usage: rx-kafka produce TOPIC [options] < lines

Writes each line of standard input to a topic as a message; an empty line is an empty message. In the end it tells on
standard error how many messages were written.

Options:
  -k, --key-delimiter TEXT
                        what stands between key and value; also -K. A line without it has no key
  --key KEY             the key of messages that have none of their own
  -D, --delimiter TEXT  what ends a message; default \\n
  -Z, --null            an empty key or value is null; without a value, a key is marked as deleted;
                        a header that is a NAME alone has the value null
  -H, --header NAME=VALUE
                        a header of every message; may be given again
  -p, --partition N     write to this partition; default: by the key
  -z, --compression C   gzip, snappy, lz4, zstd or none (default)
  --acks WHO            who must have a message: all (default), leader or none; also -1, 1, 0
${connectionHelp}
In delimiters \\n, \\r, \\t, \\0 and \\xNN stand for a byte.

Exit code: 0; 1 when a message did not arrive, 2 when the options cannot be used. Interrupted, it sends what it has read.
`,
  run: produce,
}
