import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { keepToken } from './api.ts';
import { ClusterView } from './cluster-view.tsx';
import { ContainerPanel } from './container-panel.tsx';
import { LiveCluster } from './live-cluster.ts';
import { LoginForm } from './login-form.tsx';
import { PlaceView } from './place-view.tsx';
import { ServicesView } from './services-view.tsx';
import { language, text } from './texts.ts';

const live = new LiveCluster();
const parts = ['cluster', 'services', 'place'] as const;

function Page() {
  const [state, setState] = useState(live.state);
  const [part, setPart] = useState<(typeof parts)[number]>('cluster');
  const [chosen, setChosen] = useState<string>();
  const [wanted, setWanted] = useState('');
  const [isKnown, setKnown] = useState(false);
  useEffect(() => live.subscribe(() => setState(live.state)), []);
  const { connection, reason = '', seenMs } = state;
  if (connection === 'login')
    return (
      <main>
        <LoginForm
          entered={() => {
            setKnown(true);
            live.start();
          }}
        />
      </main>
    );
  const logout = () => {
    keepToken(undefined);
    setKnown(false);
    live.start();
  };
  const container = [...state.containers.values()].flat().find(({ id }) => id === chosen);
  return (
    <>
      <header class="bar">
        <h1>Satsuma</h1>
        <nav>
          {parts.map((each) => (
            <button key={each} type="button" aria-current={each === part && 'page'} onClick={() => setPart(each)}>
              {text(each)}
            </button>
          ))}
        </nav>
        {part === 'cluster' && (
          <input
            type="search"
            placeholder={text('filter')}
            aria-label={text('filter')}
            value={wanted}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
          />
        )}
        <p class={`connection ${connection}`} role="status">
          {connection === 'lost'
            ? text('lost', { since: new Date(seenMs).toLocaleTimeString(), reason })
            : text(connection)}
        </p>
        {isKnown && (
          <button type="button" onClick={logout}>
            {text('logout')}
          </button>
        )}
      </header>
      <main class={container ? 'with-panel' : ''}>
        {part === 'cluster' && <ClusterView state={state} wanted={wanted} chosen={chosen} choose={setChosen} />}
        {part === 'services' && <ServicesView services={state.services} choose={setChosen} />}
        {part === 'place' && <PlaceView started={setChosen} />}
        {container && <ContainerPanel container={container} close={() => setChosen(undefined)} />}
      </main>
    </>
  );
}

document.documentElement.lang = language;
live.start();
render(<Page />, document.body);
