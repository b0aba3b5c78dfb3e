/** What others say of the checkpoints of an evidence log, so that nobody can change it unseen: asked for, kept, judged. */
export { type TimestampOutcome, askTimestamp, judgeResponse } from './askTimestamp.ts'
export { type WitnessOutcome, askWitness } from './askWitness.ts'
export { type ChosenAnchor, chooseAnchor } from './choose.ts'
export { type Standing, compareCheckpoint } from './compare.ts'
export { type Anchor, anchorPath, keepCheckpoint, keepCosignature, keepRequest, keepTimestamp, readAnchors } from './folder.ts'
export {
  type AnchorReport,
  type JudgeTerms,
  type JudgedAnchor,
  type JudgedCosignature,
  type JudgedRecords,
  judgeAnchors,
} from './judge.ts'
export { type AnchoredLog, openAnchoredLog } from './log.ts'
export { writeCheckpointMail } from './mail.ts'
export { type PostTerms, readServiceUrl } from './post.ts'
export { type RecordLookup, type Recorded, lookupRecords, parseRecord, printRecord, printZoneLine } from './record.ts'
export { makeTimestampRequest, readTimestampNonce } from './timestampRequest.ts'
export {
  type Advance,
  type Contradiction,
  type Cosigned,
  Witness,
  type WitnessAnswer,
  type WitnessDeps,
  type WitnessLedger,
} from './witness.ts'
export { makeWitnessKey, readWitnessKey } from './witnessKey.ts'
