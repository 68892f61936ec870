import type { TlsOptions } from './tls-options'

/** One byte stream in both directions, as its owner sees it. */
export interface Wire {
  /** The other side as `address:port`. */
  readonly remote: string
  /**
   * Sends the chunks in order.
   *
   * @param flushed called once they have left this process, and never when the wire ends first. Until then they
   * must not change.
   */
  write(chunks: readonly Buffer[], flushed?: () => void): void
  /** Closes at once and for good. None of the owner's handlers is called any more. */
  close(): void
}

/** A wire whose owner may say that he is done, and still listen. */
export interface EndingWire extends Wire {
  /** Writes no more: what was written arrives, then the other side hears `ended`. */
  end(): void
}

/** A wire as the one who accepted it has it: he may let the other side wait. */
export interface AcceptedWire extends Wire {
  /** No more `data` until `resumeReading`; what arrives meanwhile waits, and in the end holds up the sender. */
  pauseReading(): void
  resumeReading(): void
}

/** What happens on a wire. `close` is called at most once, and nothing after it. */
export interface WireHandlers {
  /** Ready to be written to; for TLS after its handshake. */
  open(): void
  /** Bytes as they came. They are valid only during the call: copy what you keep. */
  data(bytes: Buffer): void
  /** The other side sends no more, but still listens. Without this handler the wire then closes. */
  ended?(): void
  /** The other side closed, or the wire broke, or it could not be opened. */
  close(error?: Error): void
}

export interface DialTarget {
  /** The name that was resolved; TLS verifies this one. */
  readonly host: string
  readonly port: number
  /** The IP address to connect to. */
  readonly address: string
  readonly tls?: TlsOptions | undefined
}

/** Opens a wire; the outcome comes through the handlers, never before `dial` has returned. */
export type Dial = (target: DialTarget, handlers: WireHandlers) => Wire
