import { stderr, stdout } from 'node:process'
import { commands, type Command } from './command'
import { UsageError } from './usage-error'

const usageExitCode = 2

/** Runs one command line; the promise is of the exit code. */
export async function run([name, ...args]: readonly string[]): Promise<number> {
  const command = commands.find(one => one.name === name)
  if (name === '--help' || name === '-h' || name === 'help') return help(overview())
  try {
    if (name === undefined) throw new UsageError('a command is missing')
    if (command === undefined) throw new UsageError(`unknown command "${name}"`)
    if (args.includes('--help') || args.includes('-h')) return help(command.help)
    return await command.run(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const told = command === undefined ? overview() : `Try: rx-kafka ${command.name} --help\n`
    stderr.write(`rx-kafka: ${error.message}\n\n${told}`)
    return usageExitCode
  }
}

function help(text: string): number {
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
