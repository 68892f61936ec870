import { clients, testClient } from '../support/clients'

testClient(clients.librdkafka)
