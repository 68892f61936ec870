export { clients } from './table'
export { testClient } from './test-client'
