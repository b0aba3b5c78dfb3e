/** A provider's servers, held against what its documentation says of them. */
export type { Answers } from './answers.ts'
export { type AddressResult, compareAddress } from './compare.ts'
export { type Difference, type DifferenceKind, differenceRegistry, isGrave } from './difference.ts'
export { type EndpointResult, type ProviderResult, examineProvider, fewAddresses } from './examine.ts'
export type { Reach } from './reach.ts'
export { wrongModes } from './wrongMode.ts'
