import type { Parts } from '../../../src/broker/seams'
import { brokenRules, type Mutate } from './mutate'

type LogRules = Parts['rules']['logRules']

/** Some rules of logs are others. */
export const brokenLogRules = (change: (rules: LogRules) => Partial<LogRules>): Mutate =>
  brokenRules(({ logRules }) => ({ logRules: { ...logRules, ...change(logRules) } }))

/** A batch that was refused with one of these errors is appended as it is. */
export const accepting = (...errors: readonly string[]): Mutate =>
  brokenLogRules(({ checkBatch }) => ({
    checkBatch: (records, context) => {
      const checked = checkBatch(records, context)
      return 'error' in checked && errors.includes(checked.error) ? { bytes: records } : checked
    },
  }))

/** Batches are judged by other settings of the topic. */
export const otherSettings = (settings: Partial<Parameters<LogRules['checkBatch']>[1]['settings']>): Mutate =>
  brokenLogRules(({ checkBatch }) => ({
    checkBatch: (records, context) =>
      checkBatch(records, { ...context, settings: { ...context.settings, ...settings } }),
  }))
