export const login = {
  loginTitle: 'Who is there?',
  loginText: 'This server wants to know who asks. The login is kept for a day, or until you log out.',
  loginAt: 'Log in at {provider}',
  token: 'Token',
  account: 'Account',
  password: 'Password',
  or: 'or',
  login: 'Log in',
};
