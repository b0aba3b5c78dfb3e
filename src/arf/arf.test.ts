import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromFeedbackLoop, fromPostfix } from '../../test/support/inbound.ts'
import { findField, parseMessage } from '../mime/read/index.ts'
import { readFeedbackReport } from './index.ts'

function read(octets: Buffer) {
  const root = parseMessage(octets)
  if (root.kind === 'unreadable') throw new Error(root.why)
  return readFeedbackReport(root)
}

describe('readFeedbackReport', () => {
  it('reads an abuse report', () => {
    const report = read(fromFeedbackLoop())
    expect(report).toMatchObject({
      type: 'abuse',
      userAgent: 'SomeGenerator/1.0',
      mailFrom: 'bounces@shop.example',
      recipients: ['ada@a.test'],
      sourceIp: '192.0.2.1',
    })
    expect(report?.kind === 'feedback-report' && findField(report.returned, 'message-id')).toBe(
      '<7.0123456789abcdef@shop.example>',
    )
  })

  it('keeps redacted recipients as they are, and reads other types', () => {
    expect(read(fromFeedbackLoop({ recipient: 'redacted', type: 'Auth-Failure' }))).toMatchObject({
      type: 'auth-failure',
      recipients: ['redacted'],
    })
  })

  it('refuses a report that says nothing, or two things', () => {
    const change = (line: string) => Buffer.from(fromFeedbackLoop().toString().replace('Feedback-Type: abuse\r\n', line))
    expect(read(change(''))).toMatchObject({ kind: 'malformed' })
    expect(read(change('Feedback-Type: abuse\r\nFeedback-Type: not-spam\r\n'))).toMatchObject({ kind: 'malformed' })
  })

  it('is none for a delivery report', () => {
    expect(read(fromPostfix())).toBeUndefined()
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(60), fc.uint8Array({ maxLength: 40 }), (at, remove, put) => {
        const sample = fromFeedbackLoop()
        const root = parseMessage(Buffer.concat([sample.subarray(0, at), put, sample.subarray(at + remove)]))
        if (root.kind === 'part') readFeedbackReport(root)
      }),
    )
  })
})
