import type { PageWords } from './words.ts'

export const fr: PageWords = {
  lang: 'fr',
  askTitle: 'Se désabonner',
  ask: 'Souhaitez-vous ne plus recevoir d’e-mails de {sender}\u00a0?',
  askList: 'Souhaitez-vous ne plus recevoir d’e-mails de {sender} de la liste {list}\u00a0?',
  askButton: 'Se désabonner',
  askNote: 'Rien ne se passe tant que vous n’appuyez pas sur le bouton. Ensuite, l’effet est immédiat.',
  doneTitle: 'Vous êtes désabonné',
  done: 'Vous ne recevrez plus d’e-mails de {sender}.',
  doneList: 'Vous ne recevrez plus d’e-mails de {sender} de la liste {list}.',
  undoNote: 'C’était une erreur\u00a0? Vous pouvez revenir en arrière pendant un jour.',
  undoButton: 'Continuer à recevoir les e-mails',
  backTitle: 'Vous êtes de nouveau abonné',
  back: 'Vous recevrez les e-mails de {sender} comme avant.',
  backList: 'Vous recevrez les e-mails de {sender} de la liste {list} comme avant.',
  unchangedTitle: 'Rien n’a été modifié',
  tooLate:
    'On ne peut revenir en arrière que pendant un jour, et avec le même lien. Demandez à l’expéditeur de vous inscrire à nouveau.',
  unclear: 'La requête ne dit pas ce qu’elle demande.',
  noneTitle: 'Ce lien ne fonctionne pas',
  none: 'Il a peut-être été coupé lors de la copie, ou il est trop ancien. Utilisez le lien du dernier e-mail, ou répondez à cet e-mail en demandant à être retiré de la liste.',
  noneCounted:
    'Il a peut-être été coupé lors de la copie, ou il est trop ancien. Répondez à l’e-mail qui le contient pour demander où il menait.',
  withdrawTitle: 'Ne plus être compté',
  withdraw:
    '{sender} compte combien de fois les e-mails sont ouverts et leurs liens suivis. Souhaitez-vous ne pas être pris en compte\u00a0?',
  withdrawButton: 'Ne plus me compter',
  withdrawNote:
    'Vous continuerez à recevoir les mêmes e-mails. Rien ne se passe tant que vous n’appuyez pas sur le bouton. Ensuite, l’effet est immédiat, y compris pour les e-mails que vous avez déjà.',
  withdrawnTitle: 'Vous n’êtes plus compté',
  withdrawn:
    'Ce que vous ouvrez ou suivez dans les e-mails de {sender} n’est plus compté. Vous continuerez à recevoir ces e-mails.',
  testTitle: 'Les liens fonctionnent',
  test: 'Ceci est un test de l’expéditeur. Il ne désabonne personne.',
  busyTitle: 'Trop de requêtes',
  busy: 'Veuillez réessayer dans une minute.',
  tooMuchTitle: 'Trop long',
  tooMuch: 'La requête est plus longue que tout ce qui est lu ici.',
  failedTitle: 'Cela n’a pas fonctionné',
  failed: 'Une erreur s’est produite de notre côté. Veuillez réessayer dans quelques minutes.',
}
