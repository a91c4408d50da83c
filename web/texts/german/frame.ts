import type { frame as english } from '../english/frame.ts';

export const frame: Record<keyof typeof english, string> = {
  search: 'Suchen',
  menu: 'Menü',
  connecting: 'verbindet',
  live: 'live',
  lost: 'keine Antwort seit {since}: {reason}. Die Seite zeigt den letzten bekannten Stand.',
  logout: 'Abmelden',
};
