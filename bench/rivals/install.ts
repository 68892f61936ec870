import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cacheFolder } from '../../test/support/cache'
import { npmFolder } from '../../test/support/clients/install'
import { ensureKafka, newestRelease, run } from '../../test/support/kafka'
import { jdkProgram } from '../../test/support/kafka/java'

const versions = {
  kafkajs: '2.2.4',
  kafkajsSnappy: '1.1.0',
  platformatic: '2.12.1',
  node: '24.21.0',
  rdkafka: '3.6.1',
} as const

/** Other people's clients, each in a folder of the cache with its package in `node_modules`; fetched when first needed. */
export const rivalFolder = {
  kafkajs: () =>
    npmFolder(`kafkajs-${versions.kafkajs}-snappy-${versions.kafkajsSnappy}`, [
      `kafkajs@${versions.kafkajs}`,
      `kafkajs-snappy@${versions.kafkajsSnappy}`,
    ]),
  /** And the Node that it needs, which is newer than the oldest one we support. */
  platformatic: () =>
    npmFolder(`platformatic-${versions.platformatic}-node-${versions.node}`, [
      `@platformatic/kafka@${versions.platformatic}`,
      `node@${versions.node}`,
    ]),
  /** Compiled for this Node, which takes minutes and a C++ compiler. */
  rdkafka: () => npmFolder(rdkafkaName, [`node-rdkafka@${versions.rdkafka}`]),
} as const

const rdkafkaName = `node-rdkafka-${versions.rdkafka}-abi-${process.versions.modules}`

export const hasRdkafka = (): boolean => existsSync(cacheFolder('clients', rdkafkaName))

/** The program of the newer Node. */
export async function newerNode(): Promise<string> {
  const program = join(await rivalFolder.platformatic(), 'node_modules', 'node', 'bin', 'node')
  if (!existsSync(program)) throw new Error(`npm install node@${versions.node} has left no ${program}`)
  return program
}

/** The command line of a Java program of ours against the client of the newest Kafka, compiled into `folder`. */
export async function javaProgram(source: string, mainClass: string, folder: string): Promise<string[]> {
  const { classPath, libs } = await ensureKafka(newestRelease)
  const java = jdkProgram('java')
  // Unlike the virtual machine, the compiler takes no `*`.
  const jars = readdirSync(libs).map(name => join(libs, name))
  const options = ['-proc:none', '-cp', jars.join(delimiter), '-d', folder]
  const compiler = ['-m', 'jdk.compiler/com.sun.tools.javac.Main', ...options, source]
  const { code, stderr } = await run(java, compiler)
  if (code !== 0) throw new Error(`javac ${source}: ${stderr.trim()}`)
  return [java, '-Xmx512m', '-Dlog4j2.level=OFF', '-cp', `${folder}${delimiter}${classPath}`, mainClass]
}
