import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs'
import type { Timer, VirtualClock } from '../../../src'

/** A scheduler of rxjs on virtual time. */
export function schedulerOn(clock: VirtualClock): SchedulerLike {
  return {
    now: () => clock.now(),
    schedule: <T>(
      work: (this: SchedulerAction<T>, state?: T) => void,
      delay = 0,
      state?: T,
    ): Subscription => {
      let timer: Timer | undefined
      const action: SchedulerAction<T> = Object.assign(new Subscription(), {
        schedule: (next?: T, ms = 0): Subscription => {
          timer = clock.after(ms, () => work.call(action, next))
          return action
        },
      })
      action.add(() => timer?.cancel())
      return action.schedule(state, delay)
    },
  }
}
