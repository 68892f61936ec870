import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { KafkaUnavailable } from './unavailable'
import { run } from './run'

const minimum = 17

/** A program of the JDK: of `JAVA_HOME` where that is set, else the one on the PATH. */
export function jdkProgram(name: 'java' | 'keytool'): string {
  const home = process.env['JAVA_HOME']
  return home ? join(home, 'bin', name) : name
}

let asked: Promise<string> | undefined

/** Answers a short name for this very Java, or fails saying what to install. */
export function ensureJava(): Promise<string> {
  asked ??= askJava()
  return asked
}

async function askJava(): Promise<string> {
  const { missing, code, stderr } = await run(jdkProgram('java'), ['-version'])
  const where = process.env['JAVA_HOME'] ? 'in JAVA_HOME/bin' : 'on PATH'
  if (missing) throw new KafkaUnavailable(`No \`java\` ${where}: install JDK ${minimum} or newer`)
  const found = /version "(1\.)?(\d+)[^"]*"/.exec(stderr)
  if (code !== 0 || !found) {
    throw new KafkaUnavailable(`\`java -version\` ${where} failed with code ${code}: ${stderr.trim()}`)
  }
  if (Number(found[2]) < minimum) {
    throw new KafkaUnavailable(`\`java\` ${where} is ${found[0]}: install JDK ${minimum} or newer`)
  }
  return createHash('sha256').update(stderr).digest('hex').slice(0, 12)
}
