/*
 * Where a test of tests opens the broker and puts wrong parts in. Nothing here is public: the package's doors do not
 * lead to it.
 */
export { startWith } from './embedded-kafka'
export type { Answer, Call, Handler } from './handlers'
export { defaultParts, type Parts } from './parts'
