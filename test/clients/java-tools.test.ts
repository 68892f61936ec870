import { clients, testClient, toolCases, transactionToolCases } from '../support/clients'

testClient(clients.java, [...toolCases, ...transactionToolCases])
