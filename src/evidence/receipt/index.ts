/** Receipts: what proves one attempt to whoever has the log's key. */
export { type ReceiptParts, issueReceipt, printReceipt } from './issueReceipt.ts'
export { type ProvableAttempt, ProvableLog, type ReceiptGround } from './provableLog.ts'
export { readReceipt } from './readReceipt.ts'
export { describeReceipt, receiptSchema } from './schema.ts'
