import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { isAbsolute, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A function as V8 names it in a profile. */
export interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

export const groups = ['gc', 'rx-kafka', 'packages', 'node', 'native', 'benchmark', 'idle'] as const
export type Group = (typeof groups)[number]

const root = join(__dirname, '../../../..')
const engine: Readonly<Record<string, Group>> = {
  '(garbage collector)': 'gc',
  '(idle)': 'idle',
  // System calls, and what else is not JavaScript.
  '(program)': 'native',
  '(root)': 'native',
}

/** Whose the function is. */
export function groupOf({ functionName, url }: CallFrame): Group {
  const known = engine[functionName]
  if (known) return known
  if (url.startsWith('node:')) return 'node'
  if (url.includes('node_modules')) return 'packages'
  if (url.includes('/dist/src/')) return 'rx-kafka'
  return url.includes('/dist/bench/') ? 'benchmark' : 'native'
}

/** Its name and where its source is. */
export function placeOf({ functionName, url, lineNumber, columnNumber }: CallFrame): string {
  const name = functionName || '(anonymous)'
  // CPU profiles name files by URL, heap profiles by path.
  const file = url.startsWith('file:') ? fileURLToPath(url) : url
  if (!isAbsolute(file)) return file ? `${name}  ${file}:${lineNumber + 1}` : name
  const entry = mapOf(file)?.findEntry(lineNumber, columnNumber)
  if (!entry || !('originalLine' in entry)) return `${name}  ${relative(root, file)}:${lineNumber + 1}`
  return `${name}  ${relative(root, file).replace(/^dist\/(.*)\.js$/, '$1.ts')}:${entry.originalLine + 1}`
}

const maps = new Map<string, SourceMap | undefined>()

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readMap(`${file}.map`))
  return maps.get(file)
}

const readMap = (file: string) =>
  existsSync(file)
    ? new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as ConstructorParameters<typeof SourceMap>[0])
    : undefined
