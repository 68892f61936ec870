export { BrokerServer } from './broker-server'
export { Dispatcher } from './dispatcher'
export type { Pace } from './paced-wire'
