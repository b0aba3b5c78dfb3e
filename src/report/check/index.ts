/** What a check found, in every form it is told in. */
export { type CheckFormat, type CheckPrinter, type CheckPrinterOptions, checkFormats, createCheckPrinter } from './printer.ts'
export { describeCheckDocument } from './schema.ts'
export { type CheckPrintOptions, printCheck } from './text.ts'
