/** 10 kB, ready-made: what is compared is sending, not composing. */
export const message = Buffer.from(
  [
    'From: news@sender.test',
    'To: someone@sink.test',
    'Subject: bench',
    'Message-ID: <bench@sender.test>',
    '',
    ...Array.from({ length: 130 }, () => 'x'.repeat(76)),
  ].join('\r\n'),
)

export const sender = 'news@sender.test'

/** @param domains over how many domains the recipients are spread, in turn */
export function recipient(index: number, domains: number): { readonly address: string; readonly domain: string } {
  const domain = `d${index % domains}.test`
  return { address: `p${index}@${domain}`, domain }
}

/** The octets of a message and of the commands of the next, as a client writes them that waits once a message. */
export function pipelined(index: number): Buffer {
  const { address } = recipient(index, 100)
  return Buffer.concat([message, Buffer.from('\r\n.\r\n'), envelope(address)])
}

export function envelope(address: string): Buffer {
  return Buffer.from(`MAIL FROM:<${sender}>\r\nRCPT TO:<${address}>\r\nDATA\r\n`)
}
