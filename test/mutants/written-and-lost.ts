import { afterProduce } from '../support/mutants'

/** What Produce appended, the log loses. */
export const mutate = afterProduce(log => {
  const last = [...log.batches()].at(-1)
  if (last) log.truncateTo(last.baseOffset)
})

export const only = /^(consumer|deliveries|examples|producer-calls|producer-sequences|producer-topics)\./
