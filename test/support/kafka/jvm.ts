import type { KafkaJars } from './jars'

export interface JvmOptions {
  readonly heapMegabytes: number
  /** A shared class archive of these jars. */
  readonly archive?: string | undefined
  /** Where native libraries are unpacked to; a killed JVM leaves them behind. */
  readonly temporaryFolder?: string
  /** `-D` options by name. */
  readonly system?: Readonly<Record<string, string>>
  /** It runs long enough for the JVM's own choice of compilers and collector to pay. */
  readonly lasting?: boolean | undefined
}

/** Tests start many short-lived JVMs: they are tuned to start, not to run. */
const shortLived = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** The arguments before the main class. */
export function jvmArguments({ classPath }: KafkaJars, options: JvmOptions): string[] {
  const { heapMegabytes, archive, temporaryFolder, system = {}, lasting } = options
  const settings = temporaryFolder ? { ...system, 'java.io.tmpdir': temporaryFolder } : system
  return [
    `-Xmx${heapMegabytes}m`,
    ...(lasting ? [] : shortLived),
    '-XX:-UsePerfData',
    ...(archive ? [`-XX:SharedArchiveFile=${archive}`] : []),
    ...Object.entries(settings).map(([key, value]) => `-D${key}=${value}`),
    '-cp',
    classPath,
  ]
}
