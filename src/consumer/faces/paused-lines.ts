import type { KafkaError } from '../../kernel'
import { BlockedLines } from '../blocked-lines'
import type { PartitionLine } from '../partition-line'
import type { Reader } from '../reader'

/** A partition that waits for somebody is told of so often, in ms. */
const reminderMs = 60_000

/** Partitions that were paused since a handler failed: told at once, and again and again until they are resumed. */
export class PausedLines {
  readonly #errors = new Map<PartitionLine, KafkaError>()
  readonly #waiting: BlockedLines
  readonly #tell: Reader['tell']

  constructor({ core, tell }: Reader) {
    this.#tell = tell
    this.#waiting = new BlockedLines({
      clock: core.settings.clock,
      timeoutMs: reminderMs,
      stalled: line => this.#remind(line),
    })
  }

  add(line: PartitionLine, error: KafkaError): void {
    this.#errors.set(line, error)
    this.#waiting.add(line)
    this.#remind(line)
  }

  delete(line: PartitionLine): void {
    this.#errors.delete(line)
    this.#waiting.delete(line)
  }

  close(): void {
    this.#waiting.close()
  }

  #remind(line: PartitionLine): void {
    this.#tell({ type: 'paused', at: line.at, error: this.#errors.get(line)! })
  }
}
