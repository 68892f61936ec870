export { batchOf, damaged, patched, type BatchOptions, type HeaderField } from './batch'
export { RawConnection } from './raw-connection'
