export { drawReading } from './draw-schedule'
export { playReading, type PlayedReading } from './play'
export type { ReadingSchedule } from './schedule'
