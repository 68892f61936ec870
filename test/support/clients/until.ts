import { setTimeout as wait } from 'node:timers/promises'

const limitMs = 30_000

/** Waits until it is so, 30 s at most; then it fails with what there is to say. */
export async function until(isSo: () => boolean | Promise<boolean>, otherwise: () => string): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`after ${limitMs} ms: ${otherwise()}`)
    await wait(100)
  }
}
