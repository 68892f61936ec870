export { BrokerServer } from './broker-server'
export { Dispatcher } from './dispatcher'
export { Life } from './life'
export {
  ServerConnection,
  type Connection,
  type OpenConnection,
  type ServerConnectionOptions,
} from './server-connection'
export type { Pace } from './pace'
