import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  Apis,
  apiByKey,
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  errorRows,
  brokerError,
  RequestHeader,
  ResponseHeader,
  type Api,
} from '../../src/protocol'
import { compareApi, compareLayout, type Difference } from '../support/audit/compare'
import { differences, internalApis, versionsLeftOut } from '../support/audit/deliberate'
import { kafkaTables, type KafkaTables } from '../support/audit/kafka-tables'
import { kafkaIsRequired, KafkaUnavailable } from '../support/kafka'

const test = suite('Definitions against the tables of Apache Kafka')
const apis: readonly Api[] = Object.values(Apis)

function declare(newest: KafkaTables, older: KafkaTables): void {
  const explained = new Set<string>()
  const unexplained = (found: readonly Difference[]): Difference[] => {
    for (const { what } of found) if (what in differences) explained.add(what)
    return found.filter(({ what }) => !(what in differences))
  }

  test('every API that a client may speak is defined, and no other', () => {
    const requests = [...newest.messages.values()].filter(({ type }) => type === 'request')
    const names = requests.map(({ name }) => name.replace(/Request$/, ''))
    assert.equal(
      apis.map(({ name }) => name).sort(),
      names.filter(name => !internalApis.includes(name)).sort(),
    )
    assert.is(apiByKey.size, apis.length)
  })

  for (const api of apis) {
    test(`${api.name}: key, versions and every field in every version are Kafka's`, () => {
      assert.equal(unexplained(compareApi(api, newest, older)), [])
    })
  }

  for (const layout of [
    ResponseHeader,
    RequestHeader,
    ConsumerProtocolSubscription,
    ConsumerProtocolAssignment,
  ]) {
    test(`${layout.name}: every field in every version is Kafka's`, () => {
      const table = newest.messages.get(layout.name)!
      assert.equal(unexplained(compareLayout(layout, layout.name, table)), [])
      assert.is(table.validVersions, layout.versions.join('-'))
    })
  }

  test('what is declared as a deliberate difference is one', () => {
    assert.equal([...explained].sort(), Object.keys(differences).sort())
    for (const name of Object.keys(versionsLeftOut)) {
      const dropped = older.messages.get(`${name}Request`)?.validVersions
      assert.is.not(dropped, newest.messages.get(`${name}Request`)?.validVersions)
    }
    const requests = new Set(newest.messages.keys())
    assert.equal(
      internalApis.filter(name => !requests.has(`${name}Request`)),
      [],
    )
  })

  test('error codes have the names that Kafka gives them, and the same ones may be sent again', () => {
    const ours = [...errorRows.values()].map(({ code, name }) => ({
      code,
      name,
      retriable: brokerError(code, name).retriable,
    }))
    assert.equal(ours, newest.errors)
  })
}

async function main(): Promise<void> {
  try {
    declare(await kafkaTables('4.3.1'), await kafkaTables('3.9.1'))
  } catch (error) {
    if (kafkaIsRequired() || !(error instanceof KafkaUnavailable)) throw error
    skip(error.message)
  }
  test.run()
}

/** To the runner, which lists and counts it, or to whoever runs the file by hand. */
function skip(reason: string): void {
  const name = "every definition is Kafka's"
  if (process.send) process.send({ type: 'skip', name, reason })
  else console.log(`skipped: ${name}: ${reason}`)
}

void main()
