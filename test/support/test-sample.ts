import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runNode } from './run-example'

interface Sample {
  /** In `examples/testing`, compiled. */
  readonly file: string
  /** Of Node. */
  readonly flags?: readonly string[]
  /** What it prints when all its tests pass. */
  readonly report: RegExp
}

const folder = join(__dirname, '..', '..', 'examples', 'testing')

/** Runs a test of the example service: it must pass, and it must fail when the service is wrong. */
export function testSample({ file, flags = [], report }: Sample): void {
  test(`example testing/${file} passes`, async () => {
    assert.match(await runNode([...flags, join(folder, file)]), report)
  })

  test(`example testing/${file} fails with a service that writes something else`, async () => {
    const copy = mkdtempSync(`${folder}-`)
    try {
      const service = readFileSync(join(folder, 'order-service.js'), 'utf8')
      writeFileSync(join(copy, 'order-service.js'), service.replace('`invoice for', '`bill for'))
      copyFileSync(join(folder, file), join(copy, file))
      assert.not.ok(await succeeds([...flags, join(copy, file)]))
    } finally {
      rmSync(copy, { recursive: true })
    }
  })

  test.run()
}

function succeeds(args: readonly string[]): Promise<boolean> {
  return runNode(args).then(
    () => true,
    () => false,
  )
}
