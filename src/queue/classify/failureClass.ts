/** What kind of trouble a refusal tells of. */
export const failureClasses = [
  'mailbox',
  'quota',
  'policy',
  'spam',
  'authentication',
  'content',
  'size',
  'rate',
  'greylisted',
  'tls',
  'network',
  'dns',
  'server',
  'protocol',
  'relay',
  'unknown',
] as const

export type FailureClass = (typeof failureClasses)[number]

/** A class in a sentence, and what to do about it. */
export interface ClassWords {
  readonly means: string
  readonly next: string
}

/** What a class means for people: `sealpost queue show`, the report and `docs/replies.md` say it with these words. */
export function describeClass(name: FailureClass): ClassWords {
  return words[name]
}

const words: Readonly<Record<FailureClass, ClassWords>> = {
  mailbox: {
    means: 'The address does not exist, was closed, or takes no mail.',
    next: 'Take it off the list. An address that is refused again and again harms the name of the sender.',
  },
  quota: {
    means: 'The mailbox is full.',
    next: 'Nothing for now: it is tried again every few hours. Take the address off if it stays full for several campaigns.',
  },
  policy: {
    means: 'A rule of the receiver does not allow the message, its sender, or mail to this address.',
    next: 'Read the reply: it often names a page. Where nothing is said, ask the postmaster of the domain.',
  },
  spam: {
    means: 'The receiver takes the message for spam, or finds the sending address or domain on a list or of poor reputation.',
    next: 'Look the address and the domain up where the reply says, mend the cause, and ask to be taken off the list. Send less until then.',
  },
  authentication: {
    means: 'The receiver could not make sure who sends: SPF, DKIM, DMARC or the log-in did not pass.',
    next: 'Publish SPF and DMARC records for the domain in From, sign with its DKIM key, and check the log-in of the relay.',
  },
  content: {
    means: 'The message itself is at fault: a header, an attachment, a link, or its form.',
    next: 'Change the template and send it to an address at this receiver first.',
  },
  size: {
    means: 'The message is larger than the receiver takes.',
    next: 'Make it smaller: link to files and images instead of attaching them.',
  },
  rate: {
    means: 'Too much came at once: messages, connections or recipients.',
    next: 'Nothing for now: it is tried again later and more slowly. If it goes on, lower the limits for this provider in delivery.rules.',
  },
  greylisted: {
    means: 'The receiver puts strangers off for some minutes, and takes the message when it comes again.',
    next: 'Nothing: it is tried again when the server is likely to take it.',
  },
  tls: {
    means: 'The receiver asks for an encrypted connection, or for one of another kind.',
    next: 'Run sealpost check on the domain: it shows what the server offers.',
  },
  network: {
    means: 'The connection failed, or broke off on the way.',
    next: 'Nothing for now: it is tried again. If it goes on, see whether port 25 is open from here.',
  },
  dns: {
    means:
      'The receiver finds fault with the DNS: no name for the sending address (PTR), or no mail server for the sender domain.',
    next: 'Give the sending address a PTR record whose name leads back to it, and the sender domain an MX record.',
  },
  server: {
    means: 'The receiver has trouble of its own, is overloaded, or is closed.',
    next: 'Nothing for now: it is tried again.',
  },
  protocol: {
    means: 'Server and client did not understand each other.',
    next: 'Run sealpost check on the domain. If others are taken there and Sealpost is not, please report it.',
  },
  relay: {
    means: 'The server is not responsible for this address, and passes on no mail for strangers.',
    next: 'Check the MX records of the domain, or, with a relay, its log-in and the addresses that it lets in.',
  },
  unknown: {
    means: 'The reply does not say why.',
    next: 'Read the reply. Temporary ones are tried again by themselves.',
  },
}
