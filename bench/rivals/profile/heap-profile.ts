import { readFileSync } from 'node:fs'
import type { Outcome } from '../order'
import type { CallFrame } from './places'
import { Ranking } from './ranking'

interface HeapNode {
  readonly callFrame: CallFrame
  readonly selfSize: number
  readonly children: readonly HeapNode[]
}

/** What functions allocated on the heap in the measured window, in bytes a message; buffers outside of it are not counted. */
export function heapReport(file: string, { messages, windowMs }: Outcome): string {
  const { head } = JSON.parse(readFileSync(file, 'utf8')) as { readonly head: HeapNode }
  const ranking = new Ranking()
  const walk = ({ callFrame, selfSize, children }: HeapNode): number => {
    if (selfSize > 0) ranking.add(callFrame, selfSize)
    return children.reduce((sum, child) => sum + walk(child), selfSize)
  }
  const bytes = walk(head)
  const title =
    `bytes allocated a message: ${messages} messages in ${(windowMs / 1000).toFixed(1)} s, ` +
    `${(bytes / messages).toFixed(0)} bytes each`
  return [title, ...ranking.lines(1 / messages)].join('\n')
}
