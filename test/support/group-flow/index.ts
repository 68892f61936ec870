export { GroupFlow } from './group-flow'
