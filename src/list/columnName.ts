/** What a column of a list means to Sealpost. */
export const roles = ['email', 'name', 'consentAt', 'consentHow', 'consentSource'] as const

export type Role = (typeof roles)[number]

/**
 * Names that columns have in English, German, French and Spanish exports, without anything but letters and digits, in
 * lower case. Within a role the surer names come first: a list with "email" and "address" has its postal addresses in the
 * second.
 */
const names: Readonly<Record<Role, readonly (readonly string[])[]>> = {
  email: [
    [
      'email',
      'emailaddress',
      'emailadresse',
      'adresseemail',
      'adressemail',
      'correoelectrónico',
      'correoelectronico',
      'courriel',
    ],
    ['mail', 'mailaddress', 'mailadresse', 'adressemél', 'correo', 'subscriberemail', 'useremail', 'contactemail'],
    ['address'],
  ],
  name: [
    ['name', 'fullname', 'nom', 'nomcomplet', 'nombre', 'nombrecompleto', 'vollständigername'],
    ['firstname', 'givenname', 'vorname', 'prénom', 'prenom', 'nombredepila', 'subscribername', 'contactname'],
  ],
  consentAt: [
    ['consentat', 'consentdate', 'consenttime', 'optindate', 'optintime', 'optinat', 'confirmtime', 'confirmedat'],
    [
      'einwilligungsdatum',
      'datumdereinwilligung',
      'anmeldedatum',
      'doiam',
      'datedeconsentement',
      'dateconsentement',
      'dateoptin',
      'fechadeconsentimiento',
      'fechaconsentimiento',
      'fechadealta',
    ],
    [
      'subscribedat',
      'signupdate',
      'subscriptiondate',
      'datedinscription',
      'dateinscription',
      'fechadesuscripción',
      'fechadesuscripcion',
    ],
  ],
  consentHow: [
    ['consenthow', 'consentmethod', 'consenttype', 'optinmethod', 'optintype', 'legalbasis'],
    [
      'einwilligungsart',
      'artdereinwilligung',
      'rechtsgrundlage',
      'modedeconsentement',
      'typedeconsentement',
      'baselégale',
      'métododeconsentimiento',
      'tipodeconsentimiento',
      'baselegal',
    ],
  ],
  consentSource: [
    ['consentsource', 'optinsource', 'signupsource', 'subscriptionsource', 'optinurl'],
    [
      'einwilligungsquelle',
      'quelle',
      'herkunft',
      'sourceduconsentement',
      'origine',
      'fuentedelconsentimiento',
      'origen',
      'fuente',
    ],
    ['source'],
  ],
}

/** `E-Mail`, `e_mail`, `email address` and `EMAIL` without what does not matter. */
export function flattenName(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** The columns that could have a role, by the surest names that are there. */
export function guessColumns(role: Role, fields: readonly string[]): readonly number[] {
  for (const known of names[role]) {
    const found = fields.flatMap((field, index) => (known.includes(flattenName(field)) ? [index] : []))
    if (found.length > 0) return found
  }
  return []
}
