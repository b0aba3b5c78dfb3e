/** How recipients leave: signed links, the pages behind them, and mails that say so. */
export { type EndpointCheck, type EndpointOptions, checkEndpoint, selfTestHeader } from './endpoint.ts'
export { type LinkedMessage, type UnsubscribeDesk, type Way, openToken, resubscribe, unsubscribe } from './leave.ts'
export { chooseWords } from './language.ts'
export { type UnsubscribeLink, createUnsubscribeLink, unsubscribeKeys, urlOf } from './link.ts'
export { findToken } from './mail.ts'
export { askPage, backPage, donePage, pagePolicy, saysPage, withdrawPage, withdrawnPage } from './page.ts'
export { type PageWords, pageWords } from './words/index.ts'
export { answerSelfTest, printSelfTestToken, printUnsubscribeToken } from './token.ts'
