import type { containers as english } from '../english/containers.ts';

export const containers: Record<keyof typeof english, string> = {
  containers: 'Container',
  containersFilter: 'Nach Wörtern filtern, oder wie engine=a status=exited label=zone',
  containerTable: 'Tabelle der Container',
  containersShown: '{count} Container',
  noContainers: 'Noch ist kein Container da. Wird einer platziert, erscheint er hier.',
  noSuchFilter: 'Es gibt kein {word}: {instead}',
  markAll: 'Alle markieren',
  markOne: '{name} markieren',
  marked: '{count} markiert',
  startMany: '{count} Container auf {engines} Engines starten:',
  stopMany: '{count} Container auf {engines} Engines stoppen:',
  restartMany: '{count} Container auf {engines} Engines neu starten:',
  removeMany: '{count} Container auf {engines} Engines mit ihren Dateien entfernen:',
  leftAlone: '{count} andere bleiben, wie sie sind: „{action}“ betrifft sie nicht.',
  areReplicas: '{count} sind Replikate: ihre Dienste ersetzen sie durch andere.',
  andMore: 'und {count} weitere',
  bulkProgress: '{over} von {all} erledigt',
};
