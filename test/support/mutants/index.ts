export { answerOf, brokenRules, handlerOf, requestOf, type Mutate } from './mutate'
