/** sealpost.yaml, and what every YAML file of ours is read with. */
export { type SettingsDocument, readDocument } from './document.ts'
export { durationSchema, parseDuration, printDuration } from './duration.ts'
export { settingsExample } from './example.ts'
export type { Endpoint } from './host.ts'
export { findNearest } from './nearest.ts'
export { type ReferenceEntry, describeSchema, settingsJsonSchema, settingsReference } from './reference.ts'
export { type Settings, loadSettings, resolveBeside } from './settings.ts'
export { readText } from './text.ts'
