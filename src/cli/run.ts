import { ArgumentError, KafkaError } from 'rx-kafka'
import type { Command } from './command'
import { commands } from './commands'
import { Failure } from './failure'
import { reasonOf } from './reason'
import { processShell, type Shell } from './shell'
import { UsageError } from './usage-error'

const failureExitCode = 1
const usageExitCode = 2

/** Runs one command line; the promise is of the exit code. */
export async function run(
  [name, ...args]: readonly string[],
  shell: Shell = processShell(),
): Promise<number> {
  const command = commands.find(one => one.name === name)
  if (name === '--help' || name === '-h' || name === 'help') return help(overview(), shell)
  try {
    if (name === undefined) throw new UsageError('a command is missing')
    if (command === undefined) throw new UsageError(`unknown command "${name}"`)
    if (args.includes('--help') || args.includes('-h')) return help(command.help, shell)
    return await command.run(args, shell)
  } catch (error) {
    return tell(error, command, shell)
  }
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

function help(text: string, { stdout }: Shell): number {
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
    'rx-kafka <command> --help tells more.',
    '',
  ].join('\n')
}
