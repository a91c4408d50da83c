import type { records as english } from '../english/records.ts';

export const records: Record<keyof typeof english, string> = {
  events: 'Ereignisse',
  noEvents: 'In der letzten Stunde geschah nichts. Was geschieht, erscheint hier.',
  kind: 'Art',
  allKinds: 'alle',
  when: 'Wann',
  what: 'Was',
  more: 'Mehr',
  audit: 'Protokoll',
  noAudit: 'Nichts ist aufgezeichnet. Die Einstellung „audit“ sagt, was es wird.',
  result: 'Ergebnis',
  allResults: 'alle',
  verifyAudit: 'Protokoll prüfen',
  auditWell: 'Das Protokoll ist, was geschrieben wurde: {blocks} Blöcke mit {entries} Einträgen.',
  auditWrong: 'Das Protokoll wurde verändert: {problem}',
  who: 'Wer',
  target: 'Ziel',
  request: 'Anfrage',
};
