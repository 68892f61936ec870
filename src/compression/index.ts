import { compressionTypes } from '../kernel'

export { codecs } from './codecs'
export { checkLevel } from './level'
export { codecsOnThisThread } from './on-this-thread'
/** The names that `codecs` knows. */
export const codecNames = compressionTypes
