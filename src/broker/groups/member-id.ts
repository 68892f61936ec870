import type { Random } from '../../kernel'

/** A member id as Kafka makes them: the name of the static member or of the client, and a UUID. */
export function newMemberId(clientId: string, instanceId: string | null, random: Random): string {
  return `${instanceId ?? clientId}-${uuid(random)}`
}

/** A random UUID (version 4) of these dice. */
function uuid(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256)))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
