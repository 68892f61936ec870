import debug from 'debug'

/** A log for people, silent unless `DEBUG` names it: `rx-kafka:client`, `rx-kafka:*`. */
export interface DebugLog {
  (message: string): void
  readonly enabled: boolean
}

/** The log `rx-kafka:<namespace>`. */
export function debugLog(namespace: string): DebugLog {
  return debug(`rx-kafka:${namespace}`)
}
