import { json } from '../../escape.ts'
import type { AuditReport } from './facts.ts'

/** The whole audit as one document, field by field, so that nothing gets out by itself. */
export function printAuditJson({ software, setups, unseen, faults, files }: AuditReport): string {
  return `${json({
    schema: 'sealpost/audit@1',
    software,
    files,
    setups: setups.map((setup) => ({
      file: setup.file,
      line: setup.line,
      software: setup.software.id,
      name: setup.software.name,
      setup: setup.setup,
      version: setup.version,
      versionFrom: setup.versionFrom,
      host: setup.host,
      port: setup.port,
      mode: setup.mode ?? null,
      meaning: setup.meaning,
      unknown: setup.unknown,
      versions: setup.versions.map(({ versions, mode, reasons }) => ({ versions, mode, why: reasons.map(({ words }) => words) })),
      settings: setup.settings.map(({ name, value, line, file, words }) => ({ name, value, line, file, words })),
      mends: setup.mends.map(({ security, after, meaning, port, changes, also }) => ({
        security,
        after,
        meaning,
        port,
        changes,
        also,
      })),
      instead: setup.instead,
      notes: setup.notes,
      trial: setup.trial && {
        target: setup.trial.target,
        verdict: setup.trial.verdict,
        outcome: setup.trial.outcome,
        words: setup.trial.words,
      },
    })),
    unseen: unseen.map(({ software: { id, name }, file, where, query }) => ({ software: id, name, file, where, query })),
    faults: faults.map(({ file, line, words }) => ({ file, line, words })),
  })}\n`
}
