import type { Random } from '../../kernel'

/** A random UUID (version 4) as the protocol's texts have it: 22 characters of URL-safe base64. */
export function newUuid(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256)))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('base64url')
}

/** How the protocol writes that there is none. */
export const noUuid = Buffer.alloc(16).toString('base64url')
