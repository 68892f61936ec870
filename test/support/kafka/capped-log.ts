import { appendFileSync, existsSync, readFileSync, renameSync } from 'node:fs'

/**
 * What a process wrote, in a file that never grows beyond twice the cap: when it is full it becomes `<file>.1`, in
 * place of the one before, and a new one begins. A ZooKeeper once wrote 28 GB in a quarter of an hour.
 */
export class CappedLog {
  readonly #file: string
  readonly #cap: number
  #size = 0

  constructor(file: string, cap = 4 * 1024 * 1024) {
    this.#file = file
    this.#cap = cap
  }

  append(chunk: Buffer): void {
    if (this.#size > this.#cap) {
      renameSync(this.#file, `${this.#file}.1`)
      this.#size = 0
    }
    appendFileSync(this.#file, chunk)
    this.#size += chunk.length
  }

  text(): string {
    return [`${this.#file}.1`, this.#file]
      .filter(existsSync)
      .map(file => readFileSync(file, 'utf8'))
      .join('')
  }

  /** What a reader wants to see of it first: the complaints, and how it ended. */
  excerpt(): string {
    const lines = this.text().trimEnd().split('\n')
    const last = lines.splice(-15)
    const complaints = lines.filter(line => /ERROR|FATAL|Exception/.test(line)).slice(-10)
    return [...complaints, ...last].join('\n')
  }
}
