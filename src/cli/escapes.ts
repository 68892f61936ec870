const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' }

/** Text with `\n`, `\r`, `\t`, `\0` and `\xNN` as the bytes they stand for; any other `\c` is c. */
export function unescaped(text: string): Buffer {
  const pieces: Buffer[] = []
  for (const [piece] of text.matchAll(/\\x[0-9A-Fa-f]{1,2}|\\.|[^\\]+|\\$/gsu)) pieces.push(bytesOf(piece))
  return Buffer.concat(pieces)
}

function bytesOf(piece: string): Buffer {
  if (/^\\x[0-9A-Fa-f]/.test(piece)) return Buffer.of(Number.parseInt(piece.slice(2), 16))
  if (piece.length === 1 || !piece.startsWith('\\')) return Buffer.from(piece)
  const escaped = piece.slice(1)
  return Buffer.from(escapes[escaped] ?? escaped)
}
