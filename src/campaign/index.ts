/** A campaign: its file, its templates, and the messages that they make. */
export { audienceColumns, selectAudience } from './audience.ts'
export type { AttachedFile, Campaign, CredentialSource, DkimKeyFile, DsnChoice, Login, Route } from './campaign.ts'
export { type SampleRow, checkTemplates, createHeaderGuard } from './check.ts'
export { type Credentials, resolveCredentials } from './credential.ts'
export { writeExamples } from './example.ts'
export { describePart, describeSubject } from './describe.ts'
export { type FrozenCampaign, type Place, freezeCampaign, parseFrozen } from './freeze.ts'
export { loadCampaign } from './load.ts'
export { campaignJsonSchema, campaignReference } from './reference.ts'
export {
  type PreviewedMessage,
  type RenderedMessage,
  type Renderer,
  type RenderOptions,
  type RenderTarget,
  createRenderer,
} from './render.ts'
export { type SigningKey, readSigningKeys } from './signing.ts'
export { type CampaignState, decideState } from './state.ts'
export type { TemplateSource } from './source.ts'
export { type FinderRow, type LinkFinder, createLinkFinder } from './linkFinder.ts'
export { listTargets, optoutName } from './tracking.ts'
export { type Moment, type Pace, nextOpen, parseMoment, printMoment, printWindow } from './time/index.ts'
