import { resolve } from 'node:path'
import { ESLint } from 'eslint'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** Each text breaks the rule it is listed under when it stands in that file. */
const bad: [rule: string, file: string, text: string][] = [
  ['no-restricted-globals', 'src/kernel/int64.ts', 'setTimeout(() => undefined, 1)'],
  ['no-restricted-globals', 'src/kernel/int64.ts', 'setImmediate(() => undefined)'],
  ['no-restricted-properties', 'src/kernel/int64.ts', 'globalThis.setInterval(() => undefined, 1)'],
  ['no-restricted-properties', 'src/kernel/int64.ts', 'export const now = Date.now()'],
  ['no-restricted-properties', 'src/kernel/int64.ts', 'export const now = performance.now()'],
  ['no-restricted-properties', 'src/kernel/int64.ts', 'export const dice = Math.random()'],
  ['no-restricted-properties', 'src/kernel/clock.ts', 'export const dice = Math.random()'],
  ['no-restricted-properties', 'src/kernel/random.ts', 'export const now = Date.now()'],
  ['no-restricted-properties', 'test/smoke.test.ts', 'export const dice = Math.random()'],
  ['no-restricted-syntax', 'src/kernel/int64.ts', 'export const now = new Date()'],
  ['no-restricted-syntax', 'src/kernel/int64.ts', 'export enum Colour { red }'],
  ['no-restricted-imports', 'src/kernel/int64.ts', "export { connect } from 'node:net'"],
  ['no-restricted-imports', 'src/kernel/int64.ts', "export { connect } from 'tls'"],
  ['no-restricted-imports', 'src/kernel/int64.ts', "export { setTimeout } from 'node:timers/promises'"],
  ['no-restricted-imports', 'src/kernel/int64.ts', "export { delay } from 'rxjs'"],
  ['max-lines', 'src/kernel/int64.ts', 'export {}\n'.repeat(401)],
  ['max-lines-per-function', 'src/kernel/int64.ts', `export function f() {${'f()\n'.repeat(41)}}`],
  ['house/disable-with-reason', 'src/kernel/int64.ts', '/* eslint-disable eqeqeq */'],
  ['@typescript-eslint/no-explicit-any', 'src/kernel/int64.ts', 'export const x: any = 1'],
  ['@typescript-eslint/ban-ts-comment', 'src/kernel/int64.ts', '// @ts-ignore\nexport {}'],
  ['@typescript-eslint/no-floating-promises', 'src/kernel/int64.ts', 'Promise.resolve()'],
]
const good: [file: string, text: string][] = [
  ['src/kernel/clock.ts', 'setTimeout(() => Date.now(), performance.now())'],
  ['src/kernel/random.ts', 'export const dice = Math.random()'],
  ['test/smoke.test.ts', 'setTimeout(() => Date.now(), 1)'],
  ['src/kernel/int64.ts', 'export const then = new Date(0)'],
  [
    'src/kernel/int64.ts',
    '// eslint-disable-next-line eqeqeq -- null and undefined alike\nexport const none = process.exitCode == null',
  ],
]

const eslint = new ESLint({ cwd: resolve('.') })

async function brokenRules(file: string, text: string) {
  const [result] = await eslint.lintText(text, { filePath: resolve(file) })
  return result!.messages.map(({ ruleId, message }) => ruleId ?? message)
}

for (const [rule, file, text] of bad)
  test(`${rule} refuses ${JSON.stringify(text.slice(0, 60))} in ${file}`, async () => {
    const broken = await brokenRules(file, text)
    assert.ok(broken.includes(rule), `found only: ${broken.join(', ')}`)
  })

for (const [file, text] of good)
  test(`the rules allow ${JSON.stringify(text.slice(0, 60))} in ${file}`, async () => {
    assert.equal(await brokenRules(file, text), [])
  })

test.run()
