import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Observable, Subject, Subscription, type Subscriber } from 'rxjs'
import { Delivery, fail, settle } from '../../src/deferred'
import { controlled, textOf, told } from './controlled'
import { reportedErrors } from './stray'

/** Something to subscribe to, and the two ways it may end. */
interface Ending {
  readonly source: Observable<number>
  readonly settle: (value: number) => void
  readonly fail: (error: unknown) => void
}

function ofRxjs(): Ending {
  const subscribers: Subscriber<number>[] = []
  return {
    source: new Observable<number>(subscriber => void subscribers.push(subscriber)),
    settle: value => {
      for (const subscriber of subscribers) {
        subscriber.next(value)
        subscriber.complete()
      }
    },
    fail: error => {
      for (const subscriber of subscribers) subscriber.error(error)
    },
  }
}

function ofDeferred(): Ending {
  const work = controlled()
  return { source: work.deferred, settle: value => work.resolve(value), fail: error => work.reject(error) }
}

function ofDelivery(): Ending {
  const delivery = new Delivery<number>({ withdraw: () => false })
  return {
    source: delivery,
    settle: value => void delivery[settle](value),
    fail: error => void delivery[fail](error),
  }
}

type Scene = (ending: Ending, log: string[]) => void

function inThree(source: Observable<number>, ...handlers: ThreeHandlers): void {
  source.subscribe(...handlers)
}

type ThreeHandlers = [
  next?: ((value: number) => void) | null,
  error?: ((error: unknown) => void) | null,
  complete?: (() => void) | null,
]

const boom = (): never => {
  throw new Error('boom')
}

/** Each is played on a plain rxjs Observable too, which is right by definition. */
const scenes: Record<string, Scene> = {
  'an observer gets the value, then completion': ({ source, settle }, log) => {
    source.subscribe(told(log))
    settle(7)
  },
  'an observer gets the error': ({ source, fail }, log) => {
    source.subscribe(told(log))
    fail(new Error('lost'))
  },
  'a function gets the value': ({ source, settle }, log) => {
    source.subscribe(value => log.push(`next ${value}`))
    settle(7)
  },
  'three functions get value and completion': ({ source, settle }, log) => {
    const { next, error, complete } = told(log)
    inThree(source, next, error, complete)
    settle(7)
  },
  'a completion function without the others is called': ({ source, settle }, log) => {
    inThree(source, null, null, () => log.push('complete'))
    settle(7)
  },
  'an error function without the others is called': ({ source, fail }, log) => {
    inThree(source, undefined, (error: unknown) => log.push(textOf(error)))
    fail(new Error('lost'))
  },
  'the methods of an observer are called on it': ({ source, settle }, log) => {
    const observer = {
      name: 'observer',
      next(value: number) {
        log.push(`${this.name} ${value}`)
      },
      complete() {
        log.push(`${this.name} complete`)
      },
    }
    source.subscribe(observer)
    settle(7)
  },
  'a partial observer is not asked for what it lacks': ({ source, settle }, log) => {
    source.subscribe({ complete: () => log.push('complete') })
    settle(7)
  },
  'a throw in next is reported, and completion follows': ({ source, settle }, log) => {
    source.subscribe({ next: boom, complete: () => log.push('complete') })
    settle(7)
  },
  'a throw in complete is reported': ({ source, settle }) => {
    source.subscribe({ complete: boom })
    settle(7)
  },
  'a throw in error is reported': ({ source, fail }) => {
    source.subscribe({ error: boom })
    fail(new Error('lost'))
  },
  'an error without a handler is reported': ({ source, fail }) => {
    source.subscribe({ next: () => {} })
    fail(new Error('lost'))
  },
  'an error for a function is reported': ({ source, fail }) => {
    source.subscribe(() => {})
    fail(new Error('lost'))
  },
  'an error for nobody is reported': ({ source, fail }) => {
    source.subscribe()
    fail(new Error('lost'))
  },
  'whoever leaves on the value is not told of completion': ({ source, settle }, log) => {
    const { next, complete } = told(log)
    const subscription = source.subscribe({
      next: value => {
        subscription.unsubscribe()
        next(value)
      },
      complete,
    })
    settle(7)
  },
  'whoever has left is told nothing': ({ source, settle }, log) => {
    source.subscribe(told(log)).unsubscribe()
    settle(7)
  },
  'whoever has left is not told of the error, and nobody else is': ({ source, fail }) => {
    source.subscribe(() => {}).unsubscribe()
    fail(new Error('lost'))
  },
  'a subscription is open until its observer has been told': ({ source, settle }, log) => {
    const subscription = source.subscribe({
      next: () => log.push(`closed ${subscription.closed}`),
      complete: () => log.push(`closed ${subscription.closed}`),
    })
    settle(7)
    log.push(`closed ${subscription.closed}`)
  },
  'teardowns run after completion, once': ({ source, settle }, log) => {
    const subscription = source.subscribe(told(log))
    subscription.add(() => log.push('teardown'))
    settle(7)
    subscription.unsubscribe()
  },
  'teardowns run after the error': ({ source, fail }, log) => {
    const subscription = source.subscribe(told(log))
    subscription.add(() => log.push('teardown'))
    fail(new Error('lost'))
  },
  'a teardown added after the end runs at once': ({ source, settle }, log) => {
    const subscription = source.subscribe(told(log))
    settle(7)
    subscription.add(() => log.push('teardown'))
  },
  'a removed teardown does not run': ({ source, settle }, log) => {
    const subscription = source.subscribe(told(log))
    const teardown = (): void => void log.push('teardown')
    subscription.add(teardown)
    subscription.remove(teardown)
    settle(7)
  },
  'a parent subscription takes it along': ({ source, settle }, log) => {
    const parent = new Subscription()
    parent.add(source.subscribe(told(log)))
    parent.unsubscribe()
    settle(7)
  },
  'a Subject as observer passes it on and may be shared': ({ source, settle }, log) => {
    const subject = new Subject<number>()
    subject.subscribe(told(log))
    source.subscribe(subject)
    settle(7)
  },
  'two observers are told in the order they came': ({ source, settle }, log) => {
    source.subscribe(value => log.push(`first ${value}`))
    source.subscribe(value => log.push(`second ${value}`))
    settle(7)
  },
}

async function played(scene: Scene, ending: Ending): Promise<string[]> {
  const log: string[] = []
  const reported = await reportedErrors(() => scene(ending, log))
  return [...log, ...reported.map(error => `reported ${(error as Error).message}`)]
}

for (const [name, make] of Object.entries({ Deferred: ofDeferred, Delivery: ofDelivery })) {
  const test = suite(`${name}, observed as rxjs has it`)
  for (const [title, scene] of Object.entries(scenes))
    test(title, async () => {
      assert.equal(await played(scene, make()), await played(scene, ofRxjs()))
    })
  test.run()
}
