import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, cacheFolder } from '../cache'
import { ensureJava } from './java'
import { KafkaUnavailable } from './unavailable'
import { releaseOf, type KafkaVersion } from './releases'
import { run, type RunResult } from './run'

/** One release of Apache Kafka, ready to run. */
export interface KafkaJars {
  readonly version: KafkaVersion
  /** The folder of its jars. */
  readonly libs: string
  /** For `java -cp`. */
  readonly classPath: string
}

/**
 * The jars of a release: from `KAFKA_LIBS_DIR/<version>` if that is set, else from the cache, else fetched by Maven
 * into it. Fails with `KafkaUnavailable`, which says what is missing.
 */
export async function ensureKafka(version: KafkaVersion): Promise<KafkaJars> {
  await ensureJava()
  const given = process.env['KAFKA_LIBS_DIR']
  const libs = given ? givenLibs(given, version) : await fetchedLibs(version)
  return { version, libs, classPath: join(libs, '*') }
}

function givenLibs(root: string, version: KafkaVersion): string {
  const libs = join(root, version)
  if (existsSync(libs) && readdirSync(libs).some(name => name.endsWith('.jar'))) return libs
  throw new KafkaUnavailable(`KAFKA_LIBS_DIR is set, but ${libs} holds no jars of Kafka ${version}`)
}

function fetchedLibs(version: KafkaVersion): Promise<string> {
  return cached(cacheFolder('kafka', version, 'libs'), async folder => {
    const pom = join(folder, 'pom.xml')
    writeFileSync(pom, pomOf(version))
    judge(version, await run('mvn', mavenArguments(pom, folder), { timeoutMs: mavenLimitMs }))
  })
}

const mavenArguments = (pom: string, folder: string) => [
  '-q',
  '-B',
  '-Dstyle.color=never',
  '-f',
  pom,
  'dependency:copy-dependencies',
  `-DoutputDirectory=${folder}`,
  '-Dmdep.useBaseVersion=true',
]

function judge(version: KafkaVersion, { missing, code, stdout, stderr }: RunResult): void {
  if (missing) {
    throw new KafkaUnavailable(
      `No \`mvn\` on PATH: needed once to fetch Kafka ${version} (${releaseOf(version).megabytes} MB), ` +
        `or point KAFKA_LIBS_DIR at a folder that has its jars in ${version}/`,
    )
  }
  if (code === 0) return
  const reason = `${stdout}\n${stderr}`.split('\n').find(line => line.includes('ERROR')) ?? endOf(code)
  throw new KafkaUnavailable(`Maven could not fetch Kafka ${version}: ${reason.trim()}`)
}

const mavenLimitMs = 300_000
const endOf = (code: number | null) =>
  code === null ? `no end after ${mavenLimitMs} ms` : `exit code ${code}`

function pomOf(version: KafkaVersion): string {
  const dependencies = releaseOf(version).dependencies.map(coordinates => {
    const [group, artifact, number] = coordinates.split(':')
    return (
      `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>` +
      `<version>${number}</version></dependency>`
    )
  })
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0">',
    '  <modelVersion>4.0.0</modelVersion>',
    `  <groupId>rx-kafka</groupId><artifactId>test-kafka</artifactId><version>${version}</version>`,
    '  <packaging>pom</packaging>',
    '  <dependencies>',
    ...dependencies,
    '  </dependencies>',
    '</project>',
    '',
  ].join('\n')
}
