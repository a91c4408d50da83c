import { useEffect, useState } from 'preact/hooks';
import { goToProvider, issuersOf, logIn, takeReply } from './session.ts';
import { text } from './texts.ts';

let reply = takeReply();

/** `entered`: the browser has a cookie now. */
export function LoginForm({ entered }: { readonly entered: () => void }) {
  const [problem, setProblem] = useState('');
  const [issuers, setIssuers] = useState<readonly string[]>([]);
  const attempt = async (work: () => Promise<unknown>) => {
    setProblem('');
    await work().catch((error: Error) => setProblem(error.message));
  };
  useEffect(() => {
    void attempt(async () => setIssuers(await issuersOf()));
    // It is good once.
    const given = reply;
    reply = undefined;
    if (given !== undefined)
      void attempt(async () => {
        await logIn({ oidc_reply: given });
        entered();
      });
  }, []);
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '');
    const [token, account, password] = [field('token').trim(), field('account').trim(), field('password')];
    if (token === '' && (account === '' || password === '')) {
      setProblem(text('loginEmpty'));
      return;
    }
    void attempt(async () => {
      await logIn(token === '' ? { account, password } : { token });
      entered();
    });
  };
  return (
    <form class="login" onSubmit={submit}>
      <h1>{text('loginTitle')}</h1>
      <p>{text('loginText')}</p>
      {issuers.map((issuer) => (
        <p key={issuer}>
          <button type="button" onClick={() => attempt(() => goToProvider(issuer))}>
            {text('loginAt', { provider: new URL(issuer).host })}
          </button>
        </p>
      ))}
      {issuers.length > 0 && <p>{text('or')}</p>}
      <label>
        {text('account')}
        <input name="account" autocomplete="username" />
      </label>
      <label>
        {text('password')}
        <input name="password" type="password" autocomplete="current-password" />
      </label>
      <p>{text('or')}</p>
      <label>
        {text('token')}
        <input name="token" type="password" autocomplete="off" />
      </label>
      <p class="problem" role="alert">
        {problem}
      </p>
      <button type="submit">{text('login')}</button>
    </form>
  );
}
