/** Times as people give them: in a zone, with its summer and winter time. */
export { type Moment, parseMoment, printMoment } from './moment.ts'
export type { Pace } from './pace.ts'
export { type Window, isOpen, nextOpen, parseDays, parseWindow, printWindow } from './window.ts'
