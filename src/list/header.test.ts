import { expect, test } from 'vitest'
import { readHeader } from './header.ts'

test.each([
  [
    ['Email Address', 'First Name', 'Opt-in date', 'Opt-in source', 'Opt-in type'],
    {
      email: 'Email_Address',
      name: 'First_Name',
      consentAt: 'Opt_in_date',
      consentSource: 'Opt_in_source',
      consentHow: 'Opt_in_type',
    },
  ],
  [
    ['Vorname', 'E-Mail-Adresse', 'Anmeldedatum', 'Quelle', 'Rechtsgrundlage'],
    {
      email: 'E_Mail_Adresse',
      name: 'Vorname',
      consentAt: 'Anmeldedatum',
      consentSource: 'Quelle',
      consentHow: 'Rechtsgrundlage',
    },
  ],
  [
    ['Prénom', 'Adresse e-mail', 'Date d’inscription', 'Origine', 'Base légale'],
    {
      email: 'Adresse_e_mail',
      name: 'Prénom',
      consentAt: 'Date_d_inscription',
      consentSource: 'Origine',
      consentHow: 'Base_légale',
    },
  ],
  [
    ['Nombre', 'Correo electrónico', 'Fecha de alta', 'Origen', 'Base legal'],
    {
      email: 'Correo_electrónico',
      name: 'Nombre',
      consentAt: 'Fecha_de_alta',
      consentSource: 'Origen',
      consentHow: 'Base_legal',
    },
  ],
  [['email', 'address', 'name', 'Vorname'], { email: 'email', name: 'name' }],
])('%j', (fields, mapping) => {
  expect(readHeader(fields, 'list.csv:1').mapping).toEqual(mapping)
})

test('what a person says counts', () => {
  const fields = ['contact', 'email', 'when', 'Opt-in date']
  expect(readHeader(fields, 'list.csv:1', { email: 'contact', consentAt: 'When' }).mapping).toEqual({
    email: 'contact',
    consentAt: 'when',
  })
  expect(() => readHeader(fields, 'list.csv:1', { name: 'nobody' })).toThrow('The list has no column "nobody"')
})
