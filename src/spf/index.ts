/** SPF (RFC 7208): who may use a domain in the reverse path of mail, read and applied within the limits of the RFC. */
export { type SpfQuestion, type SpfResult, evaluateSpf, maxLookups } from './evaluate.ts'
export { type BrokenRecord, type Mechanism, type Qualifier, type SpfRecord, parseSpf } from './record.ts'
export { type SpfSurvey, surveySpf } from './survey.ts'
