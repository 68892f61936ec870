import { join, resolve } from 'node:path'
import type { ClientAtWork, Seen } from './client'
import { ClientProcess, type CommandLine } from './process'

/** The file of a driver, which is not compiled. */
export const driverFile = (name: string): string => join(resolve('test', 'clients'), name)

/** A client that a driver of test/clients makes work: one process for each order. */
export function driven(command: CommandLine, bootstrap: string): ClientAtWork {
  const start = (verb: string, what: object) => {
    const order = JSON.stringify({ command: verb, bootstrap, ...what })
    return new ClientProcess(command, `${command.args.join(' ')} ${order.slice(0, 300)}`).write(`${order}\n`)
  }
  const carryOut = (verb: string, what: object) => start(verb, what).endInput().output()
  return {
    async create({ name, partitions, replication }) {
      await carryOut('create', { topic: name, partitions, replication })
    },
    async produce(what) {
      await carryOut('produce', what)
    },
    async consume(what) {
      const lines = (await carryOut('consume', what)).split('\n').slice(0, -1)
      return lines.map(line => JSON.parse(line) as Seen)
    },
    async join(what) {
      const member = start('join', what)
      return Promise.resolve({
        leave: () =>
          member
            .endInput()
            .output()
            .then(() => undefined),
      })
    },
  }
}
