import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runCommand } from './run-command'
import { runHere } from './run-here'

const { version: installed } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
const numbers = 'expected a whole number from'

const mistakes: readonly (readonly [line: string, text: string])[] = [
  ['', 'a command is missing'],
  ['decipher', 'unknown command "decipher"\n\nUsage: rx-kafka <command>'],
  ['porduce orders', 'unknown command "porduce"; did you mean produce?\n\nUsage: rx-kafka <command>'],
  ['cons', 'unknown command "cons"; did you mean consume?'],
  ['--verbose', 'unknown option "--verbose"'],
  ['--versoin', 'unknown option "--versoin"; did you mean --version?'],
  ['help porduce', 'unknown command "porduce"; did you mean produce?'],
  ['help produce orders', 'unexpected argument "orders"'],
  ['--version orders', 'unexpected argument "orders"'],
  ['decode', 'give one of --request, --response and --jsonl'],
  ['decode --request --jsonl', 'give one of --request, --response and --jsonl'],
  [
    'decode --requests',
    'unknown option "--requests"; did you mean --request?\n\nTry: rx-kafka decode --help\n',
  ],
  ['decode --request frames.txt', 'unexpected argument "frames.txt"'],
  ['explain --response', '--response needs --api, such as --api Fetch'],
  ['explain --response --api Fetch', '--response needs --version, such as --version 12'],
  [
    'explain --response --api Fetsh --version 3',
    'unknown API "Fetsh"; did you mean Fetch? Known are Produce, Fetch, ',
  ],
  ['explain --response --api Fetch --version x', '--version: expected a whole number, got "x"'],
  ['decode --request --api Fetch', '--api and --version belong to --response'],

  ['topics', 'give list, create, describe or delete'],
  ['topics purge', '"purge" is none of list, create, describe or delete'],
  ['topics lst', '"lst" is none of list, create, describe or delete; did you mean list?'],
  ['topics list --quiet', 'unknown option "--quiet"\n'],
  ['topics list --json=1', "option '--json' does not take an argument"],
  ['topics list --bootstrap', "option '-b, --bootstrap <value>' argument missing"],
  ['topics list orders', 'unexpected argument "orders"'],
  ['topics create', 'topics create needs the name of a topic'],
  ['topics delete', 'topics delete needs the name of a topic'],
  ['topics create :3', 'topics create: expected NAME or NAME:PARTITIONS, got ":3"'],
  ['topics create orders:0', `topics create orders: ${numbers} 1 to 2147483647, got "0"`],
  ['topics create orders --partitions many', `--partitions: ${numbers} 1 to 2147483647, got "many"`],
  ['topics create orders --replication-factor 0', `--replication-factor: ${numbers} 1 to 32767, got "0"`],
  ['topics create orders --config retention.ms', '--config: expected name=value, got "retention.ms"'],
  ['topics describe orders --partitions 3', '--partitions belongs to create'],
  ['topics list --bootstrap http://kafka:9092', 'client hosts: expected host, host:port or [ipv6]:port'],
  ['topics list --timeout soon', '--timeout: expected seconds, such as 10 or 2.5, got "soon"'],
  ['topics list --timeout 0', '--timeout: expected seconds, such as 10 or 2.5, got "0"'],
  ['topics list --ca ca.pem', '--ca goes with --tls'],

  ['produce', 'the topic is missing'],
  ['produce orders payments', 'unexpected argument "payments"'],
  ['produce orders --acks 2', '--acks: expected one of 0, 1, all, leader, none, -1, got "2"'],
  ['produce orders -z brotli', '--compression: expected one of none, gzip, snappy, lz4, zstd, got "brotli"'],
  ['produce orders -z constructor', '--compression: expected one of none,'],
  ['produce orders -p -1', `--partition: ${numbers} 0 to 2147483647, got "-1"`],
  ['produce orders -p 1.5', `--partition: ${numbers} 0 to 2147483647, got "1.5"`],
  ['produce orders -H =7', '--header: expected NAME=VALUE, such as trace=7, got "=7"'],
  [
    'produce orders -H bad',
    '--header: expected NAME=VALUE, such as trace=7, got "bad"; a name alone goes with --null',
  ],
  ['produce orders -Z -H', "option '-H, --header <value>' argument missing"],
  ['produce orders --partiton 3', 'unknown option "--partiton"; did you mean --partition?'],
  ['produce orders -q', 'unknown option "-q"\n'],
  ['produce orders --key-delimiter=', '--key-delimiter: expected at least one character'],
  ['produce orders --delimiter=', '--delimiter: expected at least one character'],

  ['consume', 'the topic is missing'],
  ['consume orders -o newest', '--offset: expected beginning, end, an offset, -N for the last N or s@TIME'],
  ['consume orders -o 9223372036854775808', '--offset: expected beginning, end'],
  ['consume orders -o s@-1', '--offset: expected beginning, end'],
  ['consume orders -c 0', `--count: ${numbers} 1 to 2147483647, got "0"`],
  ['consume orders -p x', `--partition: ${numbers} 0 to 2147483647, got "x"`],
  ['consume orders -f %q', '--format: "%q" is none of %% %t %p %o %k %s %T %h %K %S'],
  ['consume orders -f 100%', '--format: "%" is none of '],
  ['consume orders -f %s --json', '--format, --json and delimiters exclude each other'],
  ['consume orders -k : --json', '--format, --json and delimiters exclude each other'],

  ['broker orders', 'unexpected argument "orders"'],
  ['broker --brokers 0', `--brokers: ${numbers} 1 to 100, got "0"`],
  ['broker --port 65536', `--port: ${numbers} 0 to 65535, got "65536"`],
  ['broker --topic :3', '--topic: expected NAME or NAME:PARTITIONS, got ":3"'],
  ['broker --versions 0.8', '--versions: expected one of 4.3, 2.8, got "0.8"'],
  ['broker --retention-bytes 1G', `--retention-bytes: ${numbers} -1 to 9007199254740991, got "1G"`],
  [
    'broker --config foo=bar',
    'EmbeddedKafka option config: expected names of configs that Kafka\'s brokers have, got "foo"\n',
  ],
  [
    'broker --config auto.create.topic.enable=false',
    "EmbeddedKafka option config: expected names of configs that Kafka's brokers have (did you mean auto.create.topics.enable?)",
  ],
  [
    'broker --host 0.0.0.0',
    'EmbeddedKafka option host: expected a host that clients can connect to, or another',
  ],
  ['broker --config a', '--config: expected name=value, got "a"'],
  ['broker --port 0 --topic a/b', 'topic name: expected a name that Kafka takes'],
]

for (const [line, expected] of mistakes)
  test(`"rx-kafka ${line}" is refused with exit code 2 and says why`, async () => {
    const { exitCode, stdout, stderr } = await runHere(line === '' ? [] : line.split(' '))
    assert.is(exitCode, 2)
    assert.is(stdout, '')
    assert.is(stderr.slice(0, expected.length + 10), `rx-kafka: ${expected}`)
  })

for (const [line, expected] of [
  ['--help', 'Usage: rx-kafka <command> [options]'],
  [
    'decode --help',
    'Usage: rx-kafka decode (--request | --response --api NAME --version N | --jsonl) < frames',
  ],
  [
    'explain --help',
    'Usage: rx-kafka explain (--request | --response --api NAME --version N | --jsonl) < frames',
  ],
  ['topics --help', 'Usage: rx-kafka topics list [options]'],
  ['help', 'Usage: rx-kafka <command> [options]'],
  ['help --help', 'Usage: rx-kafka <command> [options]'],
  ['-h', 'Usage: rx-kafka <command> [options]'],
  ['help consume', 'Usage: rx-kafka consume TOPIC [options]'],
  ['--help consume', 'Usage: rx-kafka consume TOPIC [options]'],
  ['produce orders -h', 'Usage: rx-kafka produce TOPIC [options] < lines'],
  ['consume --help', 'Usage: rx-kafka consume TOPIC [options]'],
  ['broker --help', 'Usage: rx-kafka broker [options]'],
] as const)
  test(`"rx-kafka ${line}" tells how it is used`, async () => {
    const { exitCode, stdout, stderr } = await runHere(line.split(' '))
    assert.is(exitCode, 0)
    assert.is(stderr, '')
    assert.is(stdout.split('\n')[0], expected)
  })

test('every command is in the overview', async () => {
  const { stdout } = await runHere(['--help'])
  assert.equal(
    [...stdout.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, name]) => name),
    ['broker', 'topics', 'produce', 'consume', 'decode', 'explain'],
  )
})

for (const flag of ['--version', '-V'])
  test(`rx-kafka ${flag} tells the version of the package`, async () => {
    assert.equal(await runHere([flag]), { exitCode: 0, stdout: `${installed}\n`, stderr: '' })
  })

test('behind "--" nothing is an option', async () => {
  const { exitCode, stderr } = await runHere(['topics', 'list', '--', '--help'])
  assert.equal([exitCode, stderr.split('\n')[0]], [2, 'rx-kafka: unexpected argument "--help"'])
})

test('a command in a process of its own exits with the code', async () => {
  assert.is((await runCommand(['decipher'])).exitCode, 2)
  assert.is((await runCommand(['topics', 'list', '-b', '127.0.0.1:1', '--timeout', '0.2'])).exitCode, 1)
  assert.is((await runCommand(['--help'])).exitCode, 0)
})

test.run()
