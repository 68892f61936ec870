import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What the broker's process has used and holds. */
export interface Figures {
  readonly cpuUs: number
  readonly messages: number
  readonly logBytes: number
  readonly peakRss: number
}

/** An embedded broker in a process of its own. */
export class BrokerProcess {
  readonly bootstrap: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, bootstrap: string) {
    this.#child = child
    this.bootstrap = bootstrap
  }

  static async start(): Promise<BrokerProcess> {
    const child = fork(join(__dirname, 'serve.js'))
    const [{ bootstrap }] = (await once(child, 'message')) as [{ bootstrap: string }]
    return new BrokerProcess(child, bootstrap)
  }

  async figures(): Promise<Figures> {
    this.#child.send('figures')
    const [figures] = (await once(this.#child, 'message')) as [Figures]
    return figures
  }

  stop(): void {
    this.#child.disconnect()
  }
}
