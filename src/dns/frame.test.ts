import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FrameReader, frameMessage } from './frame.ts'

it('messages come out as they went in, wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }), fc.array(fc.nat(40)), (messages, cuts) => {
      const heard: Buffer[] = []
      const reader = new FrameReader((message) => heard.push(message))
      const stream = Buffer.concat(messages.map((message) => frameMessage(Buffer.from(message))))
      let at = 0
      for (const cut of cuts) {
        reader.push(stream.subarray(at, at + cut))
        at = Math.min(stream.length, at + cut)
      }
      reader.push(stream.subarray(at))
      expect(heard).toEqual(messages.map((message) => Buffer.from(message)))
    }),
  )
})
