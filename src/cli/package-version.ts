import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What package.json says, three folders above the compiled file. */
export function version(): string {
  const text = readFileSync(join(__dirname, '../../../package.json'), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
