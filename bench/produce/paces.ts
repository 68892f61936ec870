import { setImmediate as turn } from 'node:timers/promises'
import type { Meter } from '../rivals'
import type { Heard, ProduceClient, ProduceOrder } from './client'
import type { Pace } from './workloads'

interface Work {
  readonly order: ProduceOrder
  readonly client: ProduceClient
  readonly meter: Meter
}

/** Each sends until the meter says it is over, and ends when every call has. */
export const paces: Readonly<Record<Pace, (work: Work) => Promise<void>>> = {
  flood: work => (work.order.options['outstanding'] === 'ready' ? floodByRoom(work) : flood(work)),
  paced,
  sequential,
  concurrent,
  sendAll,
}

/** Keeps so many messages outstanding; what was acknowledged in one turn of the loop is replaced at its end. */
function flood({ order, client, meter }: Work): Promise<void> {
  const { perCall } = order.task
  const limit = Math.ceil(Number(order.options['outstanding']) / perCall)
  return new Promise(resolve => {
    let call = 0
    let outstanding = 0
    let willRefill = false
    const ended = () => {
      outstanding--
      if (willRefill) return
      willRefill = true
      setImmediate(refill)
    }
    const heard: Heard = {
      next() {
        meter.messages += perCall
        ended()
      },
      error(error) {
        meter.fail(error, perCall)
        ended()
      },
    }
    const refill = () => {
      willRefill = false
      while (outstanding < limit && !meter.isOver) {
        outstanding++
        client.send(call++, heard)
      }
      if (outstanding === 0) resolve()
    }
    refill()
  })
}

/** Bursts of 1,000 messages, each as soon as the producer has room. */
async function floodByRoom({ order, client, meter }: Work): Promise<void> {
  const { perCall } = order.task
  const burst = Math.ceil(1000 / perCall)
  const heard: Heard = {
    next: () => void (meter.messages += perCall),
    error: error => meter.fail(error, perCall),
  }
  let call = 0
  while (!meter.isOver) {
    for (let count = 0; count < burst; count++) client.send(call++, heard)
    await client.ready!()
    await turn()
  }
  while (meter.messages + meter.failed < call * perCall) await turn()
}

const perSecond = 1000

function paced({ client, meter }: Work): Promise<void> {
  return new Promise(resolve => {
    const started = performance.now()
    let call = 0
    let outstanding = 0
    const sendDue = () => {
      const due = Math.floor(((performance.now() - started) / 1000) * perSecond)
      for (; call < due; call++, outstanding++)
        client.send(
          call,
          timed(meter, () => outstanding--),
        )
    }
    const timer = setInterval(() => {
      if (!meter.isOver) return sendDue()
      if (outstanding > 0) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
}

async function sequential({ client, meter }: Work): Promise<void> {
  for (let call = 0; !meter.isOver; call++)
    await new Promise<void>(resolve => client.send(call, timed(meter, resolve)))
}

/** Tells the meter how long a call took, and then `ended`. */
function timed(meter: Meter, ended: () => void): Heard {
  const started = performance.now()
  return {
    next() {
      meter.latenciesMs.push(performance.now() - started)
      meter.messages++
      ended()
    },
    error(error) {
      meter.fail(error, 1)
      ended()
    },
  }
}

const atOnce = 10_000

async function concurrent({ client, meter }: Work): Promise<void> {
  for (let first = 0; !meter.isOver; first += atOnce)
    await new Promise<void>(resolve => {
      let left = atOnce
      const ended = () => --left === 0 && resolve()
      const heard: Heard = {
        next() {
          meter.messages++
          ended()
        },
        error(error) {
          meter.fail(error, 1)
          ended()
        },
      }
      for (let call = first; call < first + atOnce; call++) client.send(call, heard)
    })
}

/** Whole streams, of which the window counts the results. */
async function sendAll({ client, meter }: Work): Promise<void> {
  if (!client.sendAll) throw new Error('no sendAll')
  const heard: Heard = {
    next: () => void meter.messages++,
    error: error => meter.fail(error, 1),
  }
  while (!meter.isOver) await client.sendAll(1_000_000, heard)
}
