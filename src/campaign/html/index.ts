/** What is done to the HTML of a campaign once, before it is filled in for anyone. */
export { embedImages } from './images.ts'
export { findLinks, insertOpenSlot, linkTag, openSlot, rewriteLinks, slotOf, writeOpenImage } from './links.ts'
export { renderMjml } from './mjml.ts'
export { writeTextTemplate } from './plainText.ts'
export { insertPreheader } from './preheader.ts'
export { inlineStyles } from './styles.ts'
export { readTarget } from './target.ts'
