import type { Contestant } from './contestant'
import { javaProgram, newerNode } from './install'

type Prepare = Contestant['prepare']

export const thisNode = `Node ${process.versions.node.split('.')[0]}`

/** @param folder of the package that the script loads */
export function onThisNode(script: string, folder?: () => Promise<string>): Prepare {
  return async () => ({
    command: { program: process.execPath, args: [script] },
    ...(folder && { folder: await folder() }),
  })
}

export function onNewerNode(script: string, folder?: () => Promise<string>): Prepare {
  return async () => ({
    command: { program: await newerNode(), args: [script] },
    ...(folder && { folder: await folder() }),
  })
}

/** @param source of one file, with this class */
export function onJava(source: string, mainClass: string): Prepare {
  return async work => {
    const [program = '', ...args] = await javaProgram(source, mainClass, work)
    return { command: { program, args } }
  }
}
