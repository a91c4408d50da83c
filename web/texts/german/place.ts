import type { place as english } from '../english/place.ts';

export const place: Record<keyof typeof english, string> = {
  place: 'Platzieren',
  cpusWanted: 'CPUs',
  memoryWanted: 'Speicher, MB',
  portsWanted: 'Ports, wie 8080:80',
  labelsWanted: 'Labels der Engine',
  command: 'Befehl',
  typeWanted: 'Typ',
  run: 'Starten',
  running: '{name} läuft auf {engine}.',
  verdicts: 'Was die Engines sagen',
  placing: 'Engines, die ihn nehmen können, die beste zuerst',
  refusing: 'Engines, die es nicht können',
  advice: 'Womit er passen würde',
  useAdvice: 'Das verlangen',
  noPlace: 'Keine Engine kann ihn nehmen.',
  imageFirst: 'Mit einem Image sagt hier jede Engine, ob sie es nehmen kann.',
};
