import { randomBytes } from 'node:crypto'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, cacheFolder } from '../cache'
import type { KafkaJars } from './jars'
import { jdkProgram } from './java'
import { jvmArguments } from './jvm'
import { loopback, planBroker, type BrokerPlan } from './plan'
import { kraftProperties, propertiesText } from './properties'
import { run } from './run'

/** Any 22 characters of base64url will do, and one is as good as another on loopback. */
const clusterId = 'rxKafkaTestClusterAAAA'

/**
 * Formats the data folders of a KRaft cluster. That of a single node holds no address, so it is made once and copied;
 * those of several nodes list the addresses of their controllers.
 */
export async function formatStorage(
  jars: KafkaJars,
  plans: readonly BrokerPlan[],
  archive: string | undefined,
): Promise<void> {
  const [only] = plans
  if (plans.length === 1) {
    cpSync(await templateFolder(jars, archive), only!.dataFolder, { recursive: true })
    return
  }
  // A reserved id is accepted here and refused by the broker; a first byte other than 0 keeps clear of them.
  const directories = plans.map(() =>
    Buffer.concat([Buffer.from([0x28]), randomBytes(15)]).toString('base64url'),
  )
  const controllers = plans.map(
    ({ id, controllerPort }, index) => `${id}@${loopback}:${controllerPort}:${directories[index]}`,
  )
  const quorum = ['--initial-controllers', controllers.join()]
  await Promise.all(plans.map(plan => format(jars, plan.configFile, quorum, archive)))
}

async function templateFolder(jars: KafkaJars, archive: string | undefined): Promise<string> {
  const folder = await cached(cacheFolder('kafka', jars.version, 'template'), async sibling => {
    const plan = planBroker(sibling, { id: 1, port: 9092, controllerPort: 9093 })
    writeFileSync(plan.configFile, propertiesText(kraftProperties(plan, [plan])))
    await format(jars, plan.configFile, ['--standalone'], archive)
  })
  return join(folder, 'data')
}

async function format(
  jars: KafkaJars,
  configFile: string,
  quorum: readonly string[],
  archive: string | undefined,
): Promise<void> {
  const jvm = jvmArguments(jars, { heapMegabytes: 128, archive, system: { 'log4j2.level': 'OFF' } })
  const args = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', configFile, ...quorum]
  const { code, stdout, stderr } = await run(jdkProgram('java'), [...jvm, ...args])
  if (code !== 0) throw new Error(`Kafka ${jars.version} could not format its storage: ${stdout}${stderr}`)
}
