/** Providers and what was found of them, as text and as JSON. */
export { printComparison } from './comparison.ts'
export { printProvider, printProviders } from './directory.ts'
export { publishEspCheck, publishProviders } from './document.ts'
export { describeEspCheckDocument, describeProvidersDocument } from './schema.ts'
