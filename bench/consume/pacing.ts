import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Has somebody write 1,000 messages a second while something goes on. */
export async function whilePaced<T>(
  { bootstrap, topic, bytes }: { bootstrap: string; topic: string; bytes: number },
  work: () => Promise<T>,
): Promise<T> {
  const pacer = fork(join(__dirname, 'pacer.js'), [bootstrap, topic, String(bytes)])
  const ended = once(pacer, 'exit')
  try {
    await Promise.race([
      once(pacer, 'message'),
      ended.then(([code]) => Promise.reject(new Error(`the pacer ended with code ${code}`))),
    ])
    return await work()
  } finally {
    if (pacer.connected) pacer.disconnect()
    await ended
  }
}
