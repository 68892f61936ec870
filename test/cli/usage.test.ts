import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runCommand } from './run-command'

const mistakes: readonly (readonly [line: string, text: string])[] = [
  ['', 'a command is missing'],
  ['decipher', 'unknown command "decipher"'],
  ['--verbose', 'unknown command "--verbose"'],
  ['decode', 'give one of --request, --response and --jsonl'],
  ['decode --request --jsonl', 'give one of --request, --response and --jsonl'],
  ['decode --requests', "Unknown option '--requests'"],
  ['decode --request frames.txt', "Unexpected argument 'frames.txt'"],
  ['explain --response', '--response needs --api, such as --api Fetch'],
  ['explain --response --api Fetch', '--response needs --version, such as --version 12'],
  ['explain --response --api Fetsh --version 3', 'unknown API "Fetsh"; known are Produce, Fetch, '],
  ['explain --response --api Fetch --version x', '--version: expected a whole number, got "x"'],
  ['decode --request --api Fetch', '--api and --version belong to --response'],
]

for (const [line, expected] of mistakes)
  test(`"rx-kafka ${line}" is refused with exit code 2 and says why`, async () => {
    const { exitCode, stdout, stderr } = await runCommand(line === '' ? [] : line.split(' '))
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
] as const)
  test(`"rx-kafka ${line}" tells how it is used`, async () => {
    const { exitCode, stdout, stderr } = await runCommand(line.split(' '))
    assert.is(exitCode, 0)
    assert.is(stderr, '')
    assert.is(stdout.split('\n')[0], expected)
  })

test.run()
