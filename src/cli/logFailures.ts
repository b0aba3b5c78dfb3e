import type { EvidenceFailureKind } from '../evidence/index.ts'

/** What each thing that can be wrong with a log means, for somebody who never saw one. */
export const logFailures: Readonly<Record<EvidenceFailureKind, string>> = {
  'checkpoint-missing': 'The checkpoint, which says what the log holds and is signed, is not there.',
  'checkpoint-malformed':
    'The checkpoint, which says what the log holds, is not written as checkpoints are, or nobody signed it.',
  'other-origin': 'It is of another log than the one whose key is trusted.',
  'signature-unknown': 'No key that is trusted has signed it, and none that such a key handed over to.',
  'signature-wrong': 'The signature is not of what stands above it: the checkpoint was changed after it was signed.',
  'cosignatures-missing': 'Fewer witnesses signed the checkpoint than are asked for.',
  'tile-missing': 'A file of the log with hashes is missing.',
  'tile-truncated': 'A file of the log with hashes has not the length that it must have: it was cut, or added to.',
  'tile-swapped': 'A file of the log with hashes stands in the place of another one.',
  'bundle-missing': 'A file of the log with entries is missing.',
  'bundle-malformed':
    'A file of the log with entries is not written as such files are: it was cut, added to, or made by another program.',
  'bundle-swapped': 'A file of the log with entries stands in the place of another one.',
  'entry-wrong': 'An entry was changed after it was written.',
  'hash-wrong': 'A hash in the log was changed after it was written.',
  'root-wrong': 'The files go together, and are not the log that was signed.',
  'older-size': 'The log has fewer entries than it had: some were cut off, or an old copy was put back.',
  fork: 'The log is not the one that it was: entries that somebody saw were changed or removed.',
  'leaf-malformed': 'An entry is not written as entries of this log are: another program wrote it.',
  'leaf-not-canonical': 'An entry is written so that it could be read in two ways.',
  'rotation-wrong': 'A key is said to have taken the place of another, and the two did not sign that it is so.',
}
