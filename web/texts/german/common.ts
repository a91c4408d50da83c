import type { common as english } from '../english/common.ts';

export const common: Record<keyof typeof english, string> = {
  name: 'Name',
  state: 'Zustand',
  image: 'Image',
  engine: 'Engine',
  ports: 'Ports',
  project: 'Projekt',
  created: 'Erstellt',
  cpus: 'CPUs',
  memory: 'Speicher',
  log: 'Log',
  start: 'Starten',
  stop: 'Stoppen',
  restart: 'Neu starten',
  remove: 'Entfernen',
  cancel: 'Abbrechen',
  close: 'Schließen',
  noMatch: 'Nichts passt.',
  labels: 'Labels',
  version: 'Version',
};
