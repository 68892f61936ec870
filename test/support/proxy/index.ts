export { BrokerProxy, type ProxyFault, type ProxyFaults } from './broker-proxy'
