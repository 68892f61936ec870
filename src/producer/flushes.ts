/** Batches, and calls that wait for their topic, that were begun between two flushes. */
export interface Era {
  /** How many have not ended. */
  left: number
  /** Told when all of it and of the eras before have ended. */
  readonly waiting: (() => void)[]
}

/**
 * Who waits for calls to end, by the batches that they travel in. To listen to their deliveries instead would make
 * failures count as heard that nobody has heard.
 */
export class Flushes {
  /** Oldest first, at least one; what begins enters the last, and for all others somebody waits. */
  readonly #eras: Era[] = [newEra()]

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#eras.length === 1 && this.#eras[0]!.waiting.length === 0
  }

  /** Something has begun. Answers what `ended` is to be told. */
  entered(): Era {
    const last = this.#eras.at(-1)!
    const era = last.waiting.length === 0 ? last : newEra()
    if (era !== last) this.#eras.push(era)
    era.left++
    return era
  }

  /** Something has begun for which those wait who wait for this era. */
  joined(era: Era): Era {
    era.left++
    return era
  }

  /** Resolves when all calls that have been accepted have ended. */
  all(): Promise<void> {
    return new Promise(resolve => {
      this.#eras.at(-1)!.waiting.push(resolve)
      this.#tell()
    })
  }

  ended(era: Era): void {
    era.left--
    if (era.left === 0) this.#tell()
  }

  #tell(): void {
    for (let era = this.#eras[0]!; era.left === 0 && era.waiting.length > 0; era = this.#eras[0]!) {
      this.#eras.shift()
      if (this.#eras.length === 0) this.#eras.push(newEra())
      for (const tell of era.waiting) tell()
    }
  }
}

function newEra(): Era {
  return { left: 0, waiting: [] }
}
