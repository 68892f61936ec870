/** What our metadata of a committed offset begins with. */
const mark = 'rxk1:'
/** Brokers take no more metadata than 4,096 characters, unless their `offset.metadata.max.bytes` says otherwise. */
export const maxDoneAheadLength = 4000

/**
 * Offsets that are done although ones before them are not, as metadata of the committed offset: a bit for each offset
 * from there on, base64. Undefined when that is longer than `maxLength`.
 */
export function encodeDoneAhead(
  committed: bigint,
  all: readonly bigint[],
  maxLength = maxDoneAheadLength,
): string | undefined {
  // After a seek back they may lie before it, and will be committed in their turn.
  const done = all.filter(offset => offset >= committed)
  if (done.length === 0) return ''
  const bits = done.reduce((most, offset) => Math.max(most, Number(offset - committed) + 1), 0)
  if (bits > maxLength * 6) return undefined
  const bytes = Buffer.alloc((bits + 7) >> 3)
  for (const offset of done) {
    const bit = Number(offset - committed)
    bytes[bit >> 3]! |= 1 << (bit & 7)
  }
  const text = mark + bytes.toString('base64')
  return text.length > maxLength ? undefined : text
}

/** The offsets that such metadata names; none for any other. */
export function decodeDoneAhead(committed: bigint, metadata: string | null): Set<bigint> {
  const done = new Set<bigint>()
  if (!metadata?.startsWith(mark)) return done
  Buffer.from(metadata.slice(mark.length), 'base64').forEach((byte, at) => {
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) done.add(committed + BigInt(8 * at + bit))
  })
  return done
}
