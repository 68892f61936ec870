import { ArgumentError, KafkaError, ProtocolError } from 'rx-kafka'

/** What is printed in the place of a frame that cannot be read. */
export interface Damage {
  readonly error: string
  readonly path: string
  readonly offset: number
}

/** An error of this package as Damage; any other is a fault of ours and is thrown on. */
export function damageOf(error: unknown): Damage {
  if (error instanceof ProtocolError)
    return { error: `${error.where}: ${error.reason}`, path: error.path, offset: error.offset }
  if (error instanceof ArgumentError) return { error: error.message, path: error.argument, offset: 0 }
  if (error instanceof KafkaError) return { error: error.message, path: '', offset: 0 }
  throw error
}
