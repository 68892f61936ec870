import type { Command } from '../command'
import { connectionHelp } from '../connection'
import { consume } from './consume'
import { formatHelp } from './format'

export const consumeCommand: Command = {
  name: 'consume',
  summary: 'messages of a topic on standard output',
  help: `Usage: rx-kafka consume TOPIC [options]

Prints the messages of a topic, each value as a line, until it is interrupted.

Options:
  -o, --offset WHERE    where to begin: beginning (default), end, an offset, -N for the last N of each partition,
                        s@TIME for the first message at that time (ms since 1970) or later
  -p, --partition N     read this partition; may be given again; default: all
  -e, --exit            exit at the end that each partition has when the command begins
  -c, --count N         exit after N messages
  -f, --format FORMAT   print each message by a format
  -J, --json            print each message as a line of JSON:
                        {"topic":"...","partition":0,"offset":"0","timestamp":0,"key":"...","value":"...",
                        "headers":[["name","value"]]}; bytes that are no UTF-8 are {"base64":"..."}
  -D, --delimiter TEXT  what follows a message; default \\n
  -k, --key-delimiter TEXT
                        print the key too, with this behind it; also -K
${connectionHelp}
Formats:
${formatHelp}
Exit code: 0, also when interrupted; 1 when reading fails, 2 when the options cannot be used.
`,
  run: consume,
}
