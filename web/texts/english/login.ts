export const login = {
  loginTitle: 'Log in to Satsuma',
  loginText: 'This server requires a login. It lasts for a day, or until you log out.',
  loginEmpty: 'Enter an account and its password, or a token.',
  loginAt: 'Log in at {provider}',
  token: 'Token',
  account: 'Account',
  password: 'Password',
  or: 'or',
  login: 'Log in',
} as const;
