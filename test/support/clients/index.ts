export { toolCases } from './cases-java-tools'
export { clients } from './table'
export { testClient } from './test-client'
