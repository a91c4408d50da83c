import { useState } from 'preact/hooks';
import { call, keepToken } from './api.ts';
import { text } from './texts.ts';

/** `entered`: with what the next calls are allowed. */
export function LoginForm({ entered }: { readonly entered: () => void }) {
  const [problem, setProblem] = useState('');
  const submit = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '').trim();
    setProblem('');
    try {
      if (field('token') !== '') keepToken(field('token'));
      else keepToken(await tokenOf(field('account'), String(form.get('password'))));
      await call('GET', 'apiv1/cluster');
      entered();
    } catch (error) {
      keepToken(undefined);
      setProblem((error as Error).message);
    }
  };
  return (
    <form class="login" onSubmit={submit}>
      <h1>{text('loginTitle')}</h1>
      <p>{text('loginText')}</p>
      <label>
        {text('token')}
        <input name="token" type="password" autocomplete="off" />
      </label>
      <p>{text('or')}</p>
      <label>
        {text('account')}
        <input name="account" autocomplete="username" />
      </label>
      <label>
        {text('password')}
        <input name="password" type="password" autocomplete="current-password" />
      </label>
      <p class="problem" role="alert">
        {problem}
      </p>
      <button type="submit">{text('login')}</button>
    </form>
  );
}

async function tokenOf(account: string, password: string): Promise<string> {
  const { token } = await call('POST', 'apiv1/login', { account, password });
  return token;
}
