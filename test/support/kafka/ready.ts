import { setTimeout as wait } from 'node:timers/promises'
import { askMetadata, type BrokerAddress } from './metadata'

export interface Readiness {
  readonly brokers: readonly BrokerAddress[]
  /** An answer is enough, whoever it lists. */
  readonly unlisted?: boolean
  /** Says which process is gone, if one is, so that nobody waits for the dead. */
  readonly died: () => string | undefined
  /** Default 30,000. */
  readonly limitMs?: number
}

/** Waits until each of these brokers answers Metadata with all of them; an open port is not enough. */
export async function brokersAreReady(readiness: Readiness): Promise<void> {
  const { brokers, unlisted = false, died, limitMs = 30_000 } = readiness
  const deadline = performance.now() + limitMs
  for (const broker of brokers) {
    for (;;) {
      const seen = await listedBy(broker)
      if (seen && (unlisted || brokers.every(({ id }) => seen.includes(id)))) break
      const death = died()
      if (death !== undefined) throw new Error(death)
      if (performance.now() > deadline) {
        throw new Error(`broker ${broker.id} ${saw(seen)} after ${limitMs} ms`)
      }
      await wait(40)
    }
  }
}

async function listedBy(broker: BrokerAddress): Promise<number[] | undefined> {
  try {
    const { brokers } = await askMetadata(broker)
    return brokers.map(({ id }) => id)
  } catch {
    return undefined
  }
}

const saw = (seen: number[] | undefined) =>
  seen ? `lists only brokers ${seen.join()}` : 'does not answer Metadata'
