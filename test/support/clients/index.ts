export { toolCases } from './cases-java-tools'
export { transactionToolCases } from './cases-transactions'
export { clients } from './table'
export { testClient } from './test-client'
