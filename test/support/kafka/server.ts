import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Child } from './child'
import type { KafkaJars } from './jars'
import { jdkProgram } from './java'
import { jvmArguments } from './jvm'
import { loggingProperties, propertiesText } from './properties'
import { releaseOf } from './releases'

export interface Launch {
  readonly mainClass: string
  readonly configFile: string
  readonly logFile: string
  readonly heapMegabytes: number
  readonly archive?: string | undefined
  readonly lasting?: boolean | undefined
  /** Write a class archive to this file when it ends. */
  readonly archiveTo?: string
}

/** Starts a server out of these jars: a broker or ZooKeeper. */
export function launchServer(jars: KafkaJars, launch: Launch): Child {
  const { mainClass, configFile, logFile, heapMegabytes, archive, archiveTo, lasting } = launch
  const { logging } = releaseOf(jars.version)
  const folder = dirname(configFile)
  const temporaryFolder = join(folder, 'temporary')
  mkdirSync(temporaryFolder, { recursive: true })
  const loggingFile = join(folder, `${logging}.properties`)
  writeFileSync(loggingFile, propertiesText(loggingProperties[logging]))
  const system = { [loggingOption[logging]]: `file:${loggingFile}` }
  const jvm = jvmArguments(jars, { heapMegabytes, archive, temporaryFolder, system, lasting })
  const archiving = archiveTo ? [`-XX:ArchiveClassesAtExit=${archiveTo}`] : []
  return new Child(jdkProgram('java'), [...archiving, ...jvm, mainClass, configFile], logFile)
}

const loggingOption = { log4j: 'log4j.configuration', log4j2: 'log4j2.configurationFile' } as const
