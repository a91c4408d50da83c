import type { services as english } from '../english/services.ts';

export const services: Record<keyof typeof english, string> = {
  services: 'Dienste',
  noServices: 'Noch ist kein Dienst da. Ein Dienst lässt Replikate laufen:',
  readyOf: '{ready} von {wanted} bereit',
  generation: 'Generation {generation}',
  onEngines: '{message} ({engines} Engines)',
  lastFailures: 'Wie Replikate ausfielen',
  replicas: 'Replikate',
  scale: 'Skalieren',
  resume: 'Weiter',
  rollback: 'Zurück zur vorigen',
};
