/** What a server has of TLS, found by putting one hello after the other to it. */
export type { Ask } from './ask.ts'
export type { TlsSurvey } from './facts.ts'
export { suitesBefore13 } from './offer.ts'
export { surveyBriefly, surveyDeeply } from './survey.ts'
export { findWeakness } from './weak.ts'
