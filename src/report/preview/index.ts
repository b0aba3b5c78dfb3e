export type { MessagePreview } from './message.ts'
export { printPreviewPage } from './page.ts'
export { printPreview } from './text.ts'
