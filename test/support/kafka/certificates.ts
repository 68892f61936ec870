import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached, cacheFolder } from '../cache'
import { jdkProgram } from './java'
import type { Properties } from './properties'
import { run } from './run'
import { KafkaUnavailable } from './unavailable'

/** The password of every key store here. */
export const storePassword = 'changeit'

/** A certificate authority of the tests' own with a server and a client it vouches for. */
export interface Certificates {
  /** PEM file of the authority. */
  readonly ca: string
  /** PKCS #12 with the key of `CN=client`. */
  readonly client: string
  /** For a broker with listeners that speak TLS. */
  readonly properties: Properties
}

/** Made once by the JDK's `keytool`, good for ten years on 127.0.0.1 and localhost. */
export async function ensureCertificates(): Promise<Certificates> {
  const folder = await cached(cacheFolder('kafka', 'certificates'), makeCertificates)
  const at = (name: string) => join(folder, name)
  return {
    ca: at('ca.pem'),
    client: at('client.p12'),
    properties: tlsProperties(at('server.p12'), at('trust.p12')),
  }
}

const tlsProperties = (keyStore: string, trustStore: string): Properties => ({
  'ssl.keystore.type': 'PKCS12',
  'ssl.keystore.location': keyStore,
  'ssl.keystore.password': storePassword,
  'ssl.key.password': storePassword,
  'ssl.truststore.type': 'PKCS12',
  'ssl.truststore.location': trustStore,
  'ssl.truststore.password': storePassword,
})

async function makeCertificates(folder: string): Promise<void> {
  const keytool = (line: string, stdin?: string) => runKeytool(folder, line, stdin)
  const save = (name: string, pem: string) => writeFileSync(join(folder, name), pem)

  await keytool(`-genkeypair -alias ca -keystore ca.p12 ${newKey} -dname CN=test-ca -ext bc:c=ca:true`)
  const ca = await keytool('-exportcert -rfc -alias ca -keystore ca.p12')
  save('ca.pem', ca)
  await keytool('-importcert -noprompt -alias ca -keystore trust.p12 -storetype PKCS12', ca)
  for (const name of ['server', 'client']) {
    await keytool(`-genkeypair -alias ${name} -keystore ${name}.p12 ${newKey} -dname CN=${name}`)
    const request = await keytool(`-certreq -alias ${name} -keystore ${name}.p12`)
    const extension = '-ext san=ip:127.0.0.1,dns:localhost'
    const signed = await keytool(`-gencert -rfc -alias ca -keystore ca.p12 ${validity} ${extension}`, request)
    await keytool(`-importcert -noprompt -alias ca -keystore ${name}.p12`, ca)
    await keytool(`-importcert -noprompt -alias ${name} -keystore ${name}.p12`, signed)
  }
}

const validity = '-validity 3650'
const newKey = `-keypass ${storePassword} -storetype PKCS12 -keyalg EC -groupname secp256r1 ${validity}`

async function runKeytool(cwd: string, line: string, stdin = ''): Promise<string> {
  const args = [...line.split(' '), '-storepass', storePassword]
  const { missing, code, stdout, stderr } = await run(jdkProgram('keytool'), args, { cwd, stdin })
  if (missing) throw new KafkaUnavailable('No `keytool` on PATH: it comes with the JDK, a JRE may lack it')
  if (code !== 0) throw new Error(`keytool ${line}: ${stdout}${stderr}`)
  return stdout
}
