export * from './kernel'
