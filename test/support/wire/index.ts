export { RawConnection } from './raw-connection'
