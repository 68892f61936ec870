import type { KafkaJars } from './jars'

export interface JvmOptions {
  readonly heapMegabytes: number
  /** A shared class archive of these jars. */
  readonly archive?: string | undefined
  /** Where native libraries are unpacked to; a killed JVM leaves them behind. */
  readonly temporaryFolder?: string
  /** `-D` options by name. */
  readonly system?: Readonly<Record<string, string>>
}

/** The arguments before the main class. Tests start many short-lived JVMs: they are tuned to start, not to run. */
export function jvmArguments({ classPath }: KafkaJars, options: JvmOptions): string[] {
  const { heapMegabytes, archive, temporaryFolder, system = {} } = options
  const settings = temporaryFolder ? { ...system, 'java.io.tmpdir': temporaryFolder } : system
  return [
    `-Xmx${heapMegabytes}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:-UsePerfData',
    ...(archive ? [`-XX:SharedArchiveFile=${archive}`] : []),
    ...Object.entries(settings).map(([key, value]) => `-D${key}=${value}`),
    '-cp',
    classPath,
  ]
}
