export { messagesIn, valuesIn } from './read'
export { eventsOf, numbered, withProducer, type ProducingRig } from './rig'
export { withNumbersFrom } from './numbers'
export { TransactionalRig, transactions } from './transactional-rig'
