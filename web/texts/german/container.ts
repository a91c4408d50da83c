import type { container as english } from '../english/container.ts';

export const container: Record<keyof typeof english, string> = {
  stale: 'seine Engine antwortet nicht: dies sagte sie zuletzt',
  whyHere: 'Warum hier',
  whyHereText: 'Typ {type}, Strategie {strategy}: {candidates} von {all} Engines kamen in Frage.',
  notOurs: 'Jemand anderes hat ihn gestartet: Satsuma zählt, was er braucht, und hat ihn nicht platziert.',
  holds: 'Was er belegt',
  whyNot: 'Und anderswo, jetzt',
  logEnded: 'Das Log ist zu Ende.',
  removeSure: '{name} mit seinen Dateien entfernen?',
};
