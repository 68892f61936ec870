import { ArgumentError, KafkaError } from 'rx-kafka'
import type { Command } from './command'
import { commands } from './commands'
import { Failure } from './failure'
import { none } from './arguments'
import { didYouMean } from './nearest'
import { version } from './package-version'
import { reasonOf } from './reason'
import { processShell, type Shell } from './shell'
import { UsageError } from './usage-error'

const failureExitCode = 1
const usageExitCode = 2

/** Runs one command line; the promise is of the exit code. */
export async function run(args: readonly string[], shell: Shell = processShell()): Promise<number> {
  const [name, ...rest] = args
  const command = commands.find(one => one.name === name)
  try {
    return await (command ? runCommand(command, rest, shell) : runFlag(args, shell))
  } catch (error) {
    return tell(error, command, shell)
  }
}

async function runCommand(command: Command, args: readonly string[], shell: Shell): Promise<number> {
  const end = args.indexOf('--')
  const options = end < 0 ? args : args.slice(0, end)
  if (options.includes('--help') || options.includes('-h')) return print(command.help, shell)
  return command.run(args, shell)
}

/** What is no command of its own: help, and the version. */
function runFlag([name, ...args]: readonly string[], shell: Shell): number {
  switch (name) {
    case '--help':
    case '-h':
    case 'help':
      return print(helpFor(args), shell)
    case '--version':
    case '-V':
      none(args)
      return print(`${version()}\n`, shell)
    case undefined:
      throw new UsageError('a command is missing')
    default:
      throw unknown(name)
  }
}

function helpFor([name, ...rest]: readonly string[]): string {
  none(rest)
  if (name === undefined || name === '--help' || name === '-h') return overview()
  const command = commands.find(one => one.name === name)
  if (command === undefined) throw unknown(name)
  return command.help
}

function unknown(name: string): UsageError {
  const isOption = name.startsWith('-')
  const known = isOption ? ['--help', '--version'] : ['help', '--version', ...commands.map(one => one.name)]
  return new UsageError(`unknown ${isOption ? 'option' : 'command'} "${name}"${didYouMean(name, known)}`)
}

/** In one line, but for wrong usage: that also says where to find the right one. */
function tell(error: unknown, command: Command | undefined, { stderr }: Shell): number {
  // What cannot be used came from the command line.
  if (error instanceof UsageError || error instanceof ArgumentError) {
    const told = command === undefined ? overview() : `Try: rx-kafka ${command.name} --help\n`
    stderr.write(`rx-kafka: ${error.message}\n\n${told}`)
    return usageExitCode
  }
  if (!(error instanceof Failure || error instanceof KafkaError)) throw error
  stderr.write(`rx-kafka: ${reasonOf(error)}\n`)
  return failureExitCode
}

function print(text: string, { stdout }: Shell): number {
  stdout.write(text)
  return 0
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const row = ({ name, summary }: Command): string => `  ${name.padEnd(width)}  ${summary}`
  return [
    'Usage: rx-kafka <command> [options]',
    '',
    ...commands.map(row),
    '',
    'rx-kafka help <command> tells more, and so does rx-kafka <command> --help; --version tells the version.',
    '',
  ].join('\n')
}
