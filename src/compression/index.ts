import { compressionTypes } from '../kernel'

export { codecs } from './codecs'
export { checkLevel } from './level'
/** The names that `codecs` knows. */
export const codecNames = compressionTypes
