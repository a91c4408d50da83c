import type { login as english } from '../english/login.ts';

export const login: Record<keyof typeof english, string> = {
  loginTitle: 'Wer ist da?',
  loginText:
    'Dieser Server will wissen, wer fragt. Das Token bleibt, bis diese Seite geschlossen oder neu geladen wird.',
  token: 'Token',
  account: 'Konto',
  password: 'Passwort',
  or: 'oder',
  login: 'Anmelden',
};
