/** What may stand between two fields. */
export type Delimiter = ',' | ';' | '\t'

/** Of one record; what is longer has a quote that was never closed, or is no list. */
export const maxRecordBytes = 1024 * 1024
