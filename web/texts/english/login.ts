export const login = {
  loginTitle: 'Who is there?',
  loginText: 'This server wants to know who asks. The token is kept until this page is closed or loaded again.',
  token: 'Token',
  account: 'Account',
  password: 'Password',
  or: 'or',
  login: 'Log in',
};
