/** From paths to the settings of programs that send mail. */
export { scan } from './scan.ts'
export { type Encoding, decode, encodeText, readBytes } from './read.ts'
export type { Found, ScanEvent, ScanOptions } from './event.ts'
