/** What may stand between two fields. */
export type Delimiter = ',' | ';' | '\t' | '|'

/** Of one record, in characters; what is longer has a quote that was never closed, or is no list. */
export const maxRecordBytes = 1024 * 1024

/** Columns of a list. */
export const maxColumns = 1000

/** Octets that a compressed list may expand to: a gigabyte of zeros is a megabyte of gzip. */
export const maxExpanded = 4 * 1024 ** 3
