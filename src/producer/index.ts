export type { ProducerEvent } from './event'
export type { ProducerOptions } from './options'
export { Producer, type OutgoingMessage } from './producer'
export type { Receipt } from './send-call'
