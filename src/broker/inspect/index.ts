export { RequestLog, type LoggedRequest } from './request-log'
export { topicsNamed } from './topics-named'
export { until } from './until'
