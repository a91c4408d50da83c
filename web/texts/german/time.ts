import type { time as english } from '../english/time.ts';

export const time: Record<keyof typeof english, string> = {
  time: 'Zeit',
  readingPast: 'Die Ereignisse des letzten Tages werden gelesen ...',
  knownSince: 'Der Server weiß noch, was seit {since} geschah.',
  moment: 'Damals',
  laterMoment: 'Bis',
  untilNow: 'Bis jetzt',
  changesFound: 'Was sich geändert hat ({count})',
  noChanges: 'Zwischen diesen Zeitpunkten hat sich nichts geändert.',
  enginesThen: 'Engines und laufende Container',
  engineNamed: 'Engine {name}',
  containerOn: 'Container {name} auf {engine}',
  cameSince: '{whose}: neu, {after}',
  wentSince: '{whose}: weg, war {before}',
  changedFrom: '{whose}: {before}, dann {after}',
  notThere: 'nicht da',
  runningThen: '{status}, {count} laufen',
};
