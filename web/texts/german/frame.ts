import type { frame as english } from '../english/frame.ts';

export const frame: Record<keyof typeof english, string> = {
  search: 'Suchen',
  menu: 'Menü',
  connecting: 'verbindet',
  live: 'live',
  lost: 'keine Antwort seit {since}: {reason}. Dies war bis dahin bekannt.',
  logout: 'Abmelden',
};
