/** From paths to the settings of programs that send mail. */
export { scan } from './scan.ts'
export { encodeText } from './read.ts'
export type { Found, ScanEvent, ScanOptions } from './event.ts'
