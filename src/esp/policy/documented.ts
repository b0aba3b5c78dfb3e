/** Providers whose switch has no documented API, or that document none. The facts were read on 2026-11-23 and 24. */
export type Documented =
  | {
      readonly kind: 'words'
      readonly id: string
      readonly name: string
      /** What there is and where. */
      readonly words: string
      readonly source: string
    }
  | { readonly kind: 'none'; readonly id: string; readonly name: string; readonly source: string }

const none = (id: string, name: string, source: string): Documented => ({ kind: 'none', id, name, source })

export const documentedSwitches: readonly Documented[] = [
  {
    kind: 'words',
    id: 'sparkpost',
    name: 'SparkPost (Bird)',
    words:
      'A dedicated IP pool can be given "StrictTLS": what cannot be delivered over TLS is dropped, with a reason in the webhook event. Whether certificates are checked is not said. The documented IP pools API does not have the setting, so it has to be asked for at SparkPost.',
    source: 'https://www.sparkpost.com/blog/sparkpost-now-enforcing-stricttls/',
  },
  {
    kind: 'words',
    id: 'google-workspace-relay',
    name: 'Google Workspace SMTP relay',
    words:
      'In the Admin console under Apps, Google Workspace, Gmail, Compliance, "Secure transport (TLS) compliance" demands TLS for the domains and addresses that are listed there, with options for a certificate of an authority and for the host name. What cannot be delivered so bounces.',
    source: 'https://support.google.com/a/answer/2520500',
  },
  none(
    'postmark',
    'Postmark (ActiveCampaign)',
    'https://postmarkapp.com/support/article/811-what-are-the-smtp-details-api-tokens-i-should-be-using',
  ),
  none('mailjet', 'Mailjet (Sinch)', 'https://dev.mailjet.com/smtp-relay/configuration/'),
  none('brevo', 'Brevo', 'https://developers.brevo.com/docs/smtp-integration'),
  none('mandrill', 'Mailchimp Transactional (Mandrill)', 'https://mailchimp.com/developer/transactional/docs/smtp-integration/'),
  none('elastic-email', 'Elastic Email', 'https://elasticemail.com/developers/smtp'),
  none('smtp2go', 'SMTP2GO', 'https://developers.smtp2go.com/docs/smtp-relay'),
  none('mailersend', 'MailerSend', 'https://www.mailersend.com/help/smtp-relay'),
  none('mailtrap', 'Mailtrap', 'https://mailtrap.io/smtp-service/'),
  none(
    'scaleway-tem',
    'Scaleway Transactional Email',
    'https://www.scaleway.com/en/docs/transactional-email/reference-content/smtp-configuration/',
  ),
  none('alibaba-directmail', 'Alibaba Cloud Direct Mail', 'https://www.alibabacloud.com/help/en/direct-mail/smtp-endpoints'),
  none('infobip', 'Infobip', 'https://www.infobip.com/docs/email/smtp-api'),
  none('mailpace', 'MailPace', 'https://docs.mailpace.com/'),
  none('loops', 'Loops', 'https://loops.so/docs/smtp'),
  none('forwardemail', 'Forward Email', 'https://forwardemail.net/en/guides/send-email-with-custom-domain-smtp'),
  none('hubspot', 'HubSpot (transactional add-on)', 'https://developers.hubspot.com/docs/api/marketing/transactional-emails'),
]
