export { drawReading } from './draw-schedule'
export { PartitionBook } from './partition-book'
export { playReading, type PlayedReading } from './play'
export type { ReadingSchedule } from './schedule'
