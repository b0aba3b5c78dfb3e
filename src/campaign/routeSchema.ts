import { isIP } from 'node:net'
import { z } from 'zod'
import { secretVariable as variable } from '../settings/index.ts'
import { parseDomain } from '../smtp/index.ts'

/** A secret that stands in the file itself is told of without being repeated. */
function refuseSecret(keys: readonly string[]): string | undefined {
  const what = keys.some((key) => /^(?:pass\w*|pw|secret)$/i.test(key))
    ? 'password'
    : keys.some((key) => /^(?:access_?)?token$/i.test(key))
      ? 'token'
      : undefined
  return (
    what &&
    `must not hold the ${what} itself: put it into an environment variable and name that with ${what}Env, or into a file and name that with ${what}File`
  )
}

const auth = z
  .strictObject(
    {
      user: z.string().min(1).optional().meta({ description: 'The user name.' }),
      userEnv: variable.optional().meta({
        title: 'name of a variable',
        description: 'The environment variable that holds the user name, in place of user.',
      }),
      passwordEnv: variable
        .optional()
        .meta({ title: 'name of a variable', description: 'The environment variable that holds the password.' }),
      passwordFile: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'file', description: 'The file that holds the password, in place of passwordEnv.' }),
      tokenEnv: variable.optional().meta({
        title: 'name of a variable',
        description: 'The environment variable that holds an OAuth 2.0 access token, in place of a password.',
      }),
      tokenFile: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'file', description: 'The file that holds the access token, in place of tokenEnv.' }),
      mechanism: z.enum(['scram-sha-256', 'plain', 'login', 'xoauth2']).optional().meta({
        description: 'The one way to log in that is tried. Otherwise the best that the relay offers, or xoauth2 with a token.',
      }),
    },
    {
      error: (issue) => (issue.code === 'unrecognized_keys' ? refuseSecret(issue.keys) : undefined),
    },
  )
  .superRefine((value, context) => {
    if ((value.user === undefined) === (value.userEnv === undefined)) {
      context.addIssue({ code: 'custom', message: 'needs one of user and userEnv' })
    }
    const token = value.tokenEnv !== undefined || value.tokenFile !== undefined || value.mechanism === 'xoauth2'
    const given = [value.passwordEnv, value.passwordFile, value.tokenEnv, value.tokenFile].filter((one) => one !== undefined)
    if (given.length !== 1) {
      const message = token ? 'needs one of tokenEnv and tokenFile, and no password' : 'needs one of passwordEnv and passwordFile'
      context.addIssue({ code: 'custom', message })
    } else if (token && (value.passwordEnv ?? value.passwordFile) !== undefined) {
      context.addIssue({ code: 'custom', path: ['mechanism'], message: 'must not be xoauth2 where there is a password' })
    } else if (token && value.mechanism !== undefined && value.mechanism !== 'xoauth2') {
      context.addIssue({ code: 'custom', path: ['mechanism'], message: 'must be xoauth2 where there is a token' })
    }
  })

const map = z
  .strictObject({
    relay: z
      .string()
      .transform((text, context) => {
        const host = isIP(text) ? text : parseDomain(text)
        if (host !== undefined) return host
        context.addIssue({ code: 'custom', message: 'must be the name or the IP address of a host, without a port' })
        return z.NEVER
      })
      .optional()
      .meta({ title: 'host', description: 'The host that takes the messages and sends them on.' }),
    provider: z.string().min(1).max(100).optional().meta({
      title: 'name',
      description:
        'A provider that takes the messages and sends them on, by its name in sealpost esp list, in place of relay: host, port and security are those of its documentation.',
    }),
    region: z.string().min(1).max(50).optional().meta({
      title: 'region',
      description: 'Of the provider, where it has a host for each (sealpost esp show).',
    }),
    port: z.int().min(1).max(65_535).optional().meta({
      description:
        'Its port. Otherwise 465 with security: implicit, else 587; with provider, the best of those that are documented.',
    }),
    security: z
      .enum(['starttls', 'implicit'])
      .optional()
      .meta({ description: 'How its connection becomes encrypted. Otherwise implicit on port 465, starttls on every other.' }),
    protocol: z.enum(['smtp', 'lmtp']).optional().meta({
      description: 'lmtp for a server that files the messages itself (RFC 2033), which needs a port; otherwise smtp.',
    }),
    auth: auth.optional().meta({ description: 'How to log in; not sent before the connection is encrypted.' }),
  })
  .superRefine((route, context) => {
    const refuse = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message })
    const { relay, provider, protocol, port } = route
    if ((relay === undefined) === (provider === undefined)) refuse([], 'needs one of relay and provider')
    // RFC 2033 5: LMTP has no port of its own, and 25 is not for it.
    else if (protocol === 'lmtp' && relay !== undefined && (port === undefined || port === 25))
      refuse(['port'], 'must be the port of the LMTP server, mostly 24: LMTP has none of its own')
    else if (relay !== undefined && route.region !== undefined) refuse(['region'], 'must not stand beside relay')
    else if (provider !== undefined)
      for (const entry of ['security', 'protocol'] as const)
        if (route[entry] !== undefined) refuse([entry], 'must not stand beside provider, whose documentation says it')
  })

/** Which way the messages go: `direct`, to a host by its name, or through a provider of the directory. */
export const route = z
  .union([z.literal('direct'), map], {
    error: 'must be direct, or a map with relay: and the name of a host, or provider: and the name of a provider',
  })
  .prefault('direct')
  .meta({
    title: 'direct | map',
    description:
      'direct hands each message to the mail servers of its recipient; relay: or provider: hands all of them to one host.',
  })
