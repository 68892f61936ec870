import { join, resolve } from 'node:path'
import type { Administered, ClientAtWork, Seen } from './client'
import { ClientProcess, type CommandLine } from './process'

/** The file of a driver, which is not compiled. */
export const driverFile = (name: string): string => join(resolve('test', 'clients'), name)

/** A client that a driver of test/clients makes work: one process for each order. */
export function driven(command: CommandLine, bootstrap: string): ClientAtWork {
  const start = (verb: string, what: object) => {
    const order = JSON.stringify({ command: verb, bootstrap, ...what })
    return new ClientProcess(command, `${command.args.join(' ')} ${order.slice(0, 300)}`).write(`${order}\n`)
  }
  const carryOut = async (verb: string, what: object) => {
    const process = start(verb, what).endInput()
    await process.ended()
    return jsonIn(process)
  }
  return {
    async create({ name, partitions, replication }) {
      await carryOut('create', { topic: name, partitions, replication })
    },
    async produce(what) {
      await carryOut('produce', what)
    },
    async write(topic) {
      const writer = start('write', { topic })
      return {
        write: messages => void writer.write(`${JSON.stringify(messages)}\n`),
        close: () => writer.endInput().ended(),
      }
    },
    async consume(what) {
      return (await carryOut('consume', what)) as Seen[]
    },
    async join(what) {
      const member = start('join', what)
      return { seen: () => jsonIn(member) as Seen[], leave: () => member.endInput().ended() }
    },
    async transact(what) {
      return (await carryOut('transact', what)) as Seen[]
    },
    async administer(what) {
      const [seen] = await carryOut('administer', what)
      return seen as Administered
    },
  }
}

const jsonIn = ({ lines }: ClientProcess) => lines.map(line => JSON.parse(line) as unknown)
