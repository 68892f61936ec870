import type { Ledger } from './ledger'
import type { Speed } from './progress'

interface Sample {
  readonly at: number
  readonly written: number
  readonly read: number
}

/** How fast orders were written and read in the last two seconds. */
export class Speedometer {
  readonly #ledger: Ledger
  #samples: readonly Sample[] = []

  constructor(ledger: Ledger) {
    this.#ledger = ledger
    this.look()
  }

  look(): Speed {
    const now = {
      at: performance.now(),
      written: this.#ledger.total('acknowledged'),
      read: this.#ledger.read,
    }
    this.#samples = [...this.#samples.filter(({ at }) => now.at - at < 2000), now]
    const first = this.#samples[0]!
    const seconds = Math.max(0.1, (now.at - first.at) / 1000)
    return {
      written: Math.round((now.written - first.written) / seconds),
      read: Math.round((now.read - first.read) / seconds),
    }
  }
}
