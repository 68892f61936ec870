import { createHash } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, cacheFolder } from '../cache'
import type { KafkaJars } from './jars'
import { ensureJava } from './java'
import { loopback, planBroker } from './plan'
import { freePorts } from './ports'
import { kraftProperties, propertiesText } from './properties'
import { brokersAreReady } from './ready'
import { releaseOf } from './releases'
import { launchServer } from './server'
import { formatStorage } from './storage'

/**
 * The shared class archive of a release, made once for this Java and this folder of jars; it halves the time to start.
 * Only a speed-up: where it cannot be made, everything works without it.
 */
export async function ensureArchive(jars: KafkaJars): Promise<string | undefined> {
  const { archive } = releaseOf(jars.version)
  if (!archive) return undefined
  // It is bound to the path of the jars, and ignored in silence for any other.
  const place = createHash('sha256').update(jars.libs).digest('hex').slice(0, 12)
  try {
    const folder = cacheFolder('kafka', jars.version, `classes-${await ensureJava()}-${place}`)
    return join(await cached(folder, sibling => makeArchive(jars, sibling)), 'kafka.jsa')
  } catch (error) {
    console.error(`Kafka ${jars.version} starts without a class archive: ${String(error)}`)
    return undefined
  }
}

/** A broker writes it at its orderly end. */
async function makeArchive(jars: KafkaJars, folder: string): Promise<void> {
  const [port, controllerPort] = (await freePorts(2)) as [number, number]
  const work = join(folder, 'work')
  const plan = planBroker(work, { id: 1, port, controllerPort })
  writeFileSync(plan.configFile, propertiesText(kraftProperties(plan, [plan])))
  await formatStorage(jars, [plan], undefined)
  const archiveTo = join(folder, 'kafka.jsa')
  const { configFile, logFile } = plan
  const launch = { mainClass: 'kafka.Kafka', configFile, logFile, heapMegabytes: 256, archiveTo }
  const child = launchServer(jars, launch)
  const died = () => child.exit
  try {
    await brokersAreReady({ brokers: [{ id: 1, host: loopback, port }], died })
  } finally {
    await child.stop(30_000)
  }
  if (!existsSync(archiveTo)) throw new Error(`the JVM wrote none: ${child.excerpt}`)
  rmSync(work, { recursive: true })
}
