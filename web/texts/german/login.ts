import type { login as english } from '../english/login.ts';

export const login: Record<keyof typeof english, string> = {
  loginTitle: 'Bei Satsuma anmelden',
  loginText: 'Dieser Server verlangt eine Anmeldung. Sie gilt einen Tag, oder bis zum Abmelden.',
  loginEmpty: 'Ein Konto und sein Passwort eingeben, oder ein Token.',
  loginAt: 'Bei {provider} anmelden',
  token: 'Token',
  account: 'Konto',
  password: 'Passwort',
  or: 'oder',
  login: 'Anmelden',
};
