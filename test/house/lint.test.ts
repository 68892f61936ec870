import { resolve } from 'node:path'
import { ESLint } from 'eslint'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** By file: what breaks a rule when it stands there. */
const bad: Record<string, [rule: string, text: string][]> = {
  'src/kernel/int64.ts': [
    ['no-restricted-globals', 'setTimeout(() => undefined, 1)'],
    ['no-restricted-globals', 'setImmediate(() => undefined)'],
    ['no-restricted-properties', 'globalThis.setInterval(() => undefined, 1)'],
    ['no-restricted-properties', 'export const a = Date.now()'],
    ['no-restricted-properties', 'export const b = performance.now()'],
    ['no-restricted-properties', 'export const c = Math.random()'],
    ['no-restricted-syntax', 'export const d = new Date()'],
    ['no-restricted-syntax', 'export enum Colour { red }'],
    ['no-restricted-imports', "export { connect } from 'node:net'"],
    ['no-restricted-imports', "export { rootCertificates } from 'tls'"],
    ['no-restricted-imports', "export { setTimeout } from 'node:timers/promises'"],
    ['no-restricted-imports', "export { delay } from 'rxjs'"],
    ['@typescript-eslint/no-explicit-any', 'export const e: any = 1'],
    ['@typescript-eslint/ban-ts-comment', '// @ts-ignore'],
    ['@typescript-eslint/no-floating-promises', 'Promise.resolve()'],
    ['house/disable-with-reason', '/* eslint-disable eqeqeq */'],
    ['max-lines-per-function', `export function f() {${'\n  f()'.repeat(40)}\n}`],
    ['max-lines', '\n'.repeat(400)],
  ],
  'src/kernel/clock.ts': [['no-restricted-properties', 'export const dice = Math.random()']],
  'src/kernel/random.ts': [
    ['no-restricted-properties', 'export const now = Date.now()'],
    ['no-restricted-globals', 'setTimeout(() => undefined, 1)'],
  ],
  'test/smoke.test.ts': [
    ['no-restricted-properties', 'export const dice = Math.random()'],
    ['@typescript-eslint/no-floating-promises', 'Promise.resolve()'],
  ],
}

/** By file: what looks alike and is allowed there. */
const good: Record<string, string[]> = {
  'src/kernel/clock.ts': ['setTimeout(() => Date.now(), performance.now())'],
  'src/kernel/random.ts': ['export const dice = Math.random()'],
  'src/network/dial.ts': ["export { connect } from 'node:net'"],
  'test/smoke.test.ts': ['setTimeout(() => Date.now(), 1)'],
  'src/kernel/int64.ts': [
    'export const then = new Date(0)',
    '// eslint-disable-next-line eqeqeq -- null and undefined alike\nexport const none = process.exitCode == null',
    `export function f() {${'\n  f()'.repeat(38)}\n}`,
  ],
}

const eslint = new ESLint({ cwd: resolve('.') })

/** Which rules break on which lines of the text, as if it stood in the file; -1 stands for the file's end. */
async function broken(file: string, text: string) {
  const [result] = await eslint.lintText(text, { filePath: resolve(file) })
  return result!.messages.map(({ ruleId, message, line }) => ({ rule: ruleId ?? message, line }))
}

for (const [file, cases] of Object.entries(bad)) {
  const found = broken(file, cases.map(([, text]) => text).join('\n'))
  let next = 1
  for (const [rule, text] of cases) {
    const first = next
    next += text.split('\n').length
    const last = next - 1
    test(`${rule} refuses ${JSON.stringify(text.slice(0, 50))} in ${file}`, async () => {
      const here = (await found).filter(({ line }) => line >= first && line <= last)
      assert.ok(
        here.some(problem => problem.rule === rule),
        `found only ${JSON.stringify(here)}`,
      )
    })
  }
}

for (const [file, texts] of Object.entries(good))
  test(`the rules allow what looks alike in ${file}`, async () => {
    assert.equal(await broken(file, texts.join('\n')), [])
  })

test.run()
