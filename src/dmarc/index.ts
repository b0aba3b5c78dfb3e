/** DMARC (RFC 7489): what a domain wants done with mail that fails SPF and DKIM, and how near those must be to From. */
export { type DmarcAnswer, lookupDmarc } from './lookup.ts'
export { findOrganisation, isAligned } from './organisation.ts'
export { type Alignment, type DmarcPolicy, type DmarcRecord, parseDmarc } from './record.ts'
