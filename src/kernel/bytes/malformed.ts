/** Thrown by the reader on bytes that cannot be; `decode` turns it into a ProtocolError that names the field. */
export class MalformedBytes extends Error {
  readonly offset: number
  constructor(offset: number, reason: string) {
    super(reason)
    this.offset = offset
  }
}
