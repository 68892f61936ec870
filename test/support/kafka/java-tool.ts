import { ensureArchive } from './archive'
import { ensureKafka } from './jars'
import { jdkProgram } from './java'
import { jvmArguments } from './jvm'
import { run } from './run'
import type { KafkaVersion } from './releases'

export interface JavaToolOptions {
  readonly stdin?: string
  /** Default 60,000. */
  readonly timeoutMs?: number
}

/**
 * Runs one of Kafka's own command line tools (`org.apache.kafka.tools.ConsoleProducer`, `kafka.admin.TopicCommand`, ...)
 * out of the jars of a release and returns what it wrote to its standard output.
 */
export async function javaTool(
  version: KafkaVersion,
  mainClass: string,
  args: readonly string[],
  options: JavaToolOptions = {},
): Promise<string> {
  const command = await javaCommand(version, mainClass, args)
  const result = await run(command.program, command.args, options)
  if (result.code === 0) return result.stdout
  const end =
    result.code === null ? `was killed after ${options.timeoutMs ?? 60_000} ms` : `code ${result.code}`
  throw new Error(`${mainClass} ${args.join(' ')}: ${end}\n${result.stdout}${result.stderr}`)
}

/** The command line of one of Kafka's own tools, for whoever wants to hold the process in hand. */
export async function javaCommand(
  version: KafkaVersion,
  mainClass: string,
  args: readonly string[],
): Promise<{ readonly program: string; readonly args: readonly string[] }> {
  const jars = await ensureKafka(version)
  const archive = await ensureArchive(jars)
  // Without a configuration of its own log4j 2 writes errors to the standard output, amid what was asked for.
  const jvm = jvmArguments(jars, { heapMegabytes: 128, archive, system: { 'log4j2.level': 'OFF' } })
  return { program: jdkProgram('java'), args: [...jvm, mainClass, ...args] }
}
