export { RequestLog, type LoggedRequest } from './request-log'
export { until } from './until'
