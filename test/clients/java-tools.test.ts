import { clients, testClient, toolCases } from '../support/clients'

testClient(clients.java, toolCases)
