/** sealpost.yaml, and what every YAML file of ours is read with. */
export { readAuthorities } from './authority.ts'
export type { DeliveryRuleSetting, LaneLimits } from './delivery.ts'
export { dkimSchema } from './dkim.ts'
export { type SettingsDocument, readDocument } from './document.ts'
export { durationSchema, parseDuration, printDuration } from './duration.ts'
export { settingsExample } from './example.ts'
export { type Held, heldSchema } from './held.ts'
export { type Endpoint, type NameServer, type SourceAddresses, sourceMeta, sourceSchema } from './host.ts'
export { type ReferenceEntry, describeSchema, settingsJsonSchema, settingsReference } from './reference.ts'
export { type SecretSource, fetchSecret, secretVariable } from './secret.ts'
export { listNetworks, pageLanguages } from './server.ts'
export {
  type ClaimSettings,
  type EvidenceSettings,
  type ServerSettings,
  type Settings,
  loadSettings,
  resolveBeside,
} from './settings.ts'
export { readText } from './text.ts'
