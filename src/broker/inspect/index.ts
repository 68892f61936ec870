export { RequestLog, type LoggedRequest } from './request-log'
