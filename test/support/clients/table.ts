import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CompressionType } from '../../../src'
import { ensureJava, ensureKafka, KafkaUnavailable, newestRelease } from '../kafka'
import type { Client } from './client'
import { driven, driverFile } from './driven'
import { npmFolder, pythonFolder } from './install'
import { javaConsole } from './java-console'
import { ClientUnavailable } from './unavailable'

const all: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

const versions = { platformatic: '2.12.1', node: '24.21.0', confluent: '2.16.1' }

/** A development package of ours; the other codecs are plug-ins, which nobody maintains. */
const kafkajs: Client = {
  name: 'kafkajs',
  codecs: ['none', 'gzip'],
  install: () => {
    const command = { program: process.execPath, args: [driverFile('kafkajs.js')] }
    return Promise.resolve(bootstrap => driven(command, bootstrap))
  },
}

/** It needs a Node newer than the oldest one that we support, which comes from npm too. */
const platformatic: Client = {
  name: '@platformatic/kafka',
  codecs: all,
  async install() {
    const { platformatic: own, node } = versions
    const packages = [`@platformatic/kafka@${own}`, `node@${node}`]
    const folder = await npmFolder(`platformatic-${own}-node-${node}`, packages)
    const program = join(folder, 'node_modules', 'node', 'bin', 'node')
    if (!existsSync(program)) throw new Error(`npm install node@${node} has left no ${program}`)
    const command = { program, args: [driverFile('platformatic.mjs')], env: { CLIENT_FOLDER: folder } }
    return bootstrap => driven(command, bootstrap)
  },
}

const librdkafka: Client = {
  name: 'librdkafka',
  codecs: all,
  hasTransactions: true,
  async install() {
    const { confluent } = versions
    const folder = await pythonFolder(`confluent-${confluent}`, [`confluent-kafka==${confluent}`])
    // No bytecode beside the drivers.
    const env = { PYTHONDONTWRITEBYTECODE: '1' }
    const command = { program: join(folder, 'bin', 'python'), args: [driverFile('librdkafka.py')], env }
    return bootstrap => driven(command, bootstrap)
  },
}

const java: Client = {
  name: 'Java',
  codecs: all,
  alwaysIdempotent: true,
  // Its tools have tests of their own.
  hasAdmin: false,
  async install() {
    await ensureJava().catch((error: Error) => {
      throw error instanceof KafkaUnavailable ? new ClientUnavailable(error.message) : error
    })
    await ensureKafka(newestRelease)
    return bootstrap => javaConsole({ version: newestRelease, bootstrap })
  },
}

/** Other people's Kafka clients. */
export const clients = { kafkajs, platformatic, librdkafka, java }
