export { errorName } from './error-name'
export { eventually } from './eventually'
export { needs } from './needs'
export { Talk, talking, type TalkCase } from './talk'
