import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Child } from './child'
import { ensureKafka } from './jars'
import { loopback } from './plan'
import { freePorts } from './ports'
import { propertiesText, zookeeperProperties } from './properties'
import { zookeeperRelease } from './releases'
import { launchServer } from './server'

export interface Zookeeper {
  readonly child: Child
  /** For `zookeeper.connect` and for tools of that age. */
  readonly connect: string
  readonly port: number
}

/** One ZooKeeper for one cluster, in a folder of its own. */
export async function startZookeeper(folder: string): Promise<Zookeeper> {
  const jars = await ensureKafka(zookeeperRelease)
  const [port] = await freePorts(1)
  const dataFolder = join(folder, 'data')
  mkdirSync(dataFolder, { recursive: true })
  const configFile = join(folder, 'zoo.cfg')
  writeFileSync(configFile, propertiesText(zookeeperProperties(dataFolder, port!)))
  const mainClass = 'org.apache.zookeeper.server.quorum.QuorumPeerMain'
  const child = launchServer(jars, { mainClass, configFile, logFile: join(folder, 'log'), heapMegabytes: 64 })
  await answersRuok(child, port!)
  return { child, connect: `${loopback}:${port}/kafka`, port: port! }
}

/** Asked in words: a probe that connects and closes has driven a ZooKeeper mad. */
async function answersRuok(child: Child, port: number): Promise<void> {
  const deadline = performance.now() + 20_000
  while ((await fourLetters(port, 'ruok')) !== 'imok') {
    if (child.exit !== undefined || performance.now() > deadline) {
      const end = child.exit === undefined ? 'was not ready after 20 s' : `exited with ${child.exit}`
      await child.kill()
      throw new Error(`ZooKeeper ${end}; from its log:\n${child.excerpt}`)
    }
    await wait(50)
  }
}

/** A killed broker is registered until its session ends, and one that is started before that dies or goes astray. */
export async function sessionIsOver({ port }: Zookeeper, brokerId: number): Promise<void> {
  const registration = new RegExp(`/brokers/ids/${brokerId}$`, 'm')
  const deadline = performance.now() + 15_000
  while (registration.test(await fourLetters(port, 'dump'))) {
    if (performance.now() > deadline) throw new Error(`broker ${brokerId} is still registered after 15 s`)
    await wait(50)
  }
}

async function fourLetters(port: number, command: 'ruok' | 'dump'): Promise<string> {
  const socket = connect({ host: loopback, port, timeout: 2_000 })
  socket.once('timeout', () => socket.destroy(new Error('no answer')))
  let answer = ''
  socket.on('data', chunk => (answer += chunk.toString()))
  try {
    socket.write(command)
    await once(socket, 'end')
  } catch {
    return ''
  } finally {
    socket.destroy()
  }
  return answer
}
